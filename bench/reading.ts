import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openStore, removeIndex, type Store } from '../src/store/index.ts';
import { curves, examine, ingest, listRuns } from '../src/tracking/index.ts';
import { amount, type Bench, type Measure, median, medianTime, type Row } from './measure.ts';
import { runTool } from './peers.ts';
import { writeStore } from './run-folders.ts';

const rounds = 3;
const looks = 25;
/** They are left out: code that runs for the first times is slower. */
const firstLooks = 10;
/** Metrics in a record. */
const widths = [5, 20, 500];
const plainBytes = 3 * Float64Array.BYTES_PER_ELEMENT;

/** How fast journals are folded, and how much room their points take. */
export const ingesting: Measure = {
  name: 'ingest',
  about: 'folding journals, and the room that points take',
  async run(bench) {
    const points = amount(bench, 1_000_000, 100);
    const folder = join(bench.scratch, 'ingest');
    writeStore(folder, { runs: 1, metrics: 1, points });
    const path = join(folder, '.trainyard');
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      removeIndex(path);
      times.push(await medianTime(1, () => fold(path)));
    }
    const wider: Row[] = [];
    for (const metrics of widths) {
      const wide = join(bench.scratch, `ingest-${metrics}`);
      const steps = Math.ceil(points / metrics);
      writeStore(wide, { runs: 1, metrics, points: steps });
      const time = await medianTime(1, () => fold(join(wide, '.trainyard')));
      wider.push(speed(`ingest of ${points} points, ${metrics} in a record`, steps * metrics, time, false));
    }
    await examine(path);
    return [
      speed(`ingest of ${points} points of one metric`, points, median(times), true),
      ...wider,
      {
        what: 'index for a point',
        unit: 'bytes',
        ours: indexBytes(path) / points,
        goal: { most: 12 },
        peers: { 'plain float64': plainBytes },
        note: 'plain float64: step, time and value of each point as they are, as the index kept them before',
      },
      { what: 'all of .trainyard for a point', unit: 'bytes', ours: bytesIn(path) / points, goal: { most: 20 } },
    ];
  },
};

function speed(what: string, points: number, milliseconds: number, promised: boolean): Row {
  const row = { what, unit: 'million/s' as const, ours: points / milliseconds / 1_000 };
  return promised ? { ...row, goal: { least: 1 } } : row;
}

async function fold(path: string): Promise<void> {
  const store = openStore(path);
  await ingest(store);
  store.close();
}

function indexBytes(path: string): number {
  const names = readdirSync(path).filter((name) => name.startsWith('trainyard.db'));
  return names.reduce((sum, name) => sum + statSync(join(path, name)).size, 0);
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

/** What a page asks for, each time on a connection that has read nothing yet. */
export const looking: Measure = {
  name: 'buckets',
  about: 'curves of long and of many runs',
  async run(bench) {
    const long = await folded(bench, 'long', { runs: 1, points: amount(bench, 1_000_000, 1_000) });
    const many = await folded(bench, 'many', { runs: 50, points: amount(bench, 5_000, 400) });
    const names = ['loss'];
    const draw = (store: Store, ids: string[]) => ids.map((id) => curves(store, id, { names, buckets: 320 }));
    return [
      {
        what: `320 buckets of ${amount(bench, 1_000_000, 1_000)} points, cold`,
        unit: 'ms',
        ours: await cold(long.path, (store) => draw(store, long.ids)),
        goal: { most: 3 },
        ...(await besideTensorboard(bench, 1, amount(bench, 1_000_000, 1_000))),
      },
      {
        what: `320 buckets each of 50 runs × ${amount(bench, 5_000, 400)} points, cold`,
        unit: 'ms',
        ours: await cold(many.path, (store) => draw(store, many.ids)),
        goal: { most: 7 },
        ...(await besideTensorboard(bench, 50, amount(bench, 5_000, 400))),
      },
    ];
  },
};

/** To load a million points takes TensorBoard minutes. */
const tensorboardDeadline = 600_000;

async function besideTensorboard(bench: Bench, runs: number, points: number): Promise<Pick<Row, 'peers' | 'note'>> {
  const { python, installed } = await bench.peers();
  if (!installed.includes('tensorboard')) return {};
  const folder = join(bench.scratch, `tensorboard-${runs}`);
  mkdirSync(folder);
  const args = [folder, String(runs), String(points)];
  const { json, problem } = await runTool(python, 'tensorboard_curves.py', args, folder, tensorboardDeadline);
  if (!json) return { note: `TensorBoard did not answer: ${problem}` };
  const seconds = ((json.loading as number) / 1_000).toFixed(1);
  const note = `TensorBoard serves a thinned sample of 1,000 points from memory, after loading for ${seconds} s`;
  return { peers: { tensorboard: json.look as number }, note };
}

/** A filter and an order over many runs. */
export const filtering: Measure = {
  name: 'filter',
  about: '100 of many runs by a filter, sorted by a metric',
  async run(bench) {
    const runs = amount(bench, 10_000, 100);
    const { path } = await folded(bench, 'filter', { runs, metrics: 5, points: 20 });
    const asked = {
      filter: 'params.model = "ridge" and metrics.loss < 1.5',
      sort: 'metrics.accuracy:desc',
      limit: 100,
    };
    const ours = await cold(path, (store) => listRuns(store, asked));
    const what = `100 of ${runs} runs by a filter, sorted by a metric, cold`;
    return [{ what, unit: 'ms', ours, goal: { most: 20 }, ...(await besideMlflow(bench, runs)) }];
  },
};

const mlflowSeconds = 90;

async function besideMlflow(bench: Bench, runs: number): Promise<Pick<Row, 'peers' | 'note'>> {
  const { python, installed } = await bench.peers();
  if (!installed.includes('mlflow')) return {};
  const folder = join(bench.scratch, 'mlflow');
  mkdirSync(folder);
  const args = [folder, String(runs), String(mlflowSeconds * bench.scale)];
  const { json } = await runTool(python, 'mlflow_search.py', args, folder);
  if (!json) return { note: 'MLflow did not answer in time' };
  const fewer =
    json.runs === runs ? {} : { note: `MLflow among ${json.runs} runs, as many as it took in ${mlflowSeconds} s` };
  return { peers: { mlflow: json.look as number }, ...fewer };
}

async function folded(bench: Bench, name: string, shape: { runs: number; metrics?: number; points: number }) {
  const folder = join(bench.scratch, name);
  const ids = writeStore(folder, { metrics: 1, ...shape });
  const path = join(folder, '.trainyard');
  await fold(path);
  return { ids, path };
}

/**
 * The median in milliseconds on connections that have read nothing yet, without the time that opening takes. The process has
 * looked before, as the one behind a window has.
 */
async function cold(path: string, look: (store: Store) => unknown): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < looks; round++) {
    const store = openStore(path);
    times.push(await medianTime(1, () => look(store)));
    store.close();
  }
  return median(times.slice(firstLooks));
}

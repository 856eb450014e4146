import { setImmediate } from 'node:timers/promises';
import { openStore } from '../../src/store/index.ts';
import { curves, ingest, listRuns, readOutput, runDetails, tree } from '../../src/tracking/index.ts';
import { flood, type floods } from './hostile-scale.ts';
import { exit, makeStore, removeStore, supervisor, supervisorOpen, writeRun } from './run-folders.ts';

export interface FloodReport {
  what: string;
  count: number;
  /** Milliseconds. */
  ingested: number;
  /** The longest that other work of the process had to wait meanwhile, in milliseconds. */
  heldUp: number;
  /** Milliseconds for the tree, a list and the run's details. */
  shown: number;
  /** Bytes: the most that the process had, looked at between slices. */
  memory: number;
  /** How many of it are there afterwards. */
  found: number;
}

const asked = {
  metrics: 'metrics',
  parameters: 'params',
  tags: 'tags',
  artifacts: 'artifacts',
  datasets: 'datasets',
  seeds: 'seeds',
  warnings: 'warnings',
  packages: 'packages',
} as const;

/** Has a run say something any number of times, brings it into the index, and shows it. */
export async function floodRun(what: keyof typeof floods, count: number): Promise<FloodReport> {
  const place = makeStore();
  try {
    const id = writeRun(place.store);
    supervisor(place.store, id, [supervisorOpen(id), exit()]);
    flood(place.store, id, what, count);
    const store = openStore(place.store);
    const begun = performance.now();
    const watch = watchLoop();
    await ingest(store);
    const { heldUp, memory } = await watch.end();
    const ingested = performance.now() - begun;
    const shownFrom = performance.now();
    tree(store, { view: {}, open: {}, unfold: 50 });
    listRuns(store, {});
    const run = runDetails(store, id);
    const shown = performance.now() - shownFrom;
    if (what === 'metrics')
      curves(store, id, { names: Object.keys(run.metrics).slice(0, 10), x: 'step', buckets: 100 });
    await readOutput(run.directory, { stream: 'both' });
    store.close();
    return { what, count, ingested, heldUp, shown, memory, found: Object.keys(run[asked[what]]).length };
  } finally {
    removeStore(place);
  }
}

function watchLoop() {
  let going = true;
  const seen = { heldUp: 0, memory: 0 };
  const loop = (async () => {
    while (going) {
      const before = performance.now();
      await setImmediate();
      seen.heldUp = Math.max(seen.heldUp, performance.now() - before);
      seen.memory = Math.max(seen.memory, process.memoryUsage().rss);
    }
  })();
  return {
    async end() {
      going = false;
      await loop;
      return seen;
    },
  };
}

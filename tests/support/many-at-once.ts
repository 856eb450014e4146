import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiEvents } from '../../src/contract/api.ts';
import type { TreeView } from '../../src/contract/tree.ts';
import { type RunningBackend, startBackend } from './backend.ts';
import type { Playground } from './cli.ts';
import { until } from './until.ts';

/** Logs two metrics quickly until it is enough, and prints how many points that were. */
const training = [
  'import os, time, trainyard',
  'while not os.path.exists("go"): time.sleep(0.02)',
  'step = 0',
  'while step < 500 or not os.path.exists("enough"):',
  '    for _ in range(20):',
  '        trainyard.log({"loss": 1 / (step + 1), "number": float(step)}, step=step)',
  '        step += 1',
  '    print("step", step, flush=True)',
  '    time.sleep(0.05)',
  'print("points", step)',
];

export interface AtOnce {
  runs: number;
  /** How often the terminal reads before it is enough. */
  reads: number;
}

export interface AtOnceReport {
  ids: string[];
  /** What went wrong for anybody who looked or did something. */
  complaints: string[];
  /** How often each kind of reader and writer came. */
  counts: { looks: number; reads: number; changes: number; events: number };
  /** Bytes: the longest that the index's log became. */
  longestLog: number;
  /** Milliseconds, of all answers that the windows got. */
  answers: number[];
  backends: RunningBackend[];
}

const view: TreeView = { group: 'experiment' };

/**
 * Starts runs that log at the same time, with two windows' backends that look at them as windows do, a terminal that reads in a loop,
 * and somebody who renames, stars, tags and deletes other runs. Resolves when all have ended and both windows know it.
 */
export async function manyAtOnce(here: Playground, { runs, reads }: AtOnce): Promise<AtOnceReport> {
  const { folder } = here;
  here.file('other.py', ['print("other")']);
  here.file('many.py', training);
  const backends = [startBackend(here.environment), startBackend(here.environment)];
  const [first, second] = backends as [RunningBackend, RunningBackend];
  const report: AtOnceReport = {
    ids: [],
    complaints: [],
    counts: { looks: 0, reads: 0, changes: 0, events: 0 },
    longestLog: 0,
    answers: [],
    backends,
  };
  const { counts, complaints } = report;
  for (const one of backends) await one.call('open', { folders: [{ path: folder, name: 'project', trusted: true }] });
  const launch = (path: string, number: number) =>
    (backends[number % 2] as RunningBackend).call(
      'launch',
      { folder, target: { kind: 'script', path }, origin: 'window' },
      { deadline: 240_000 },
    );
  const others: string[] = [];
  for (let index = 0; index < 3; index++) others.push((await launch('other.py', index)).run);
  const launched = await Promise.all(Array.from({ length: runs }, (_, index) => launch('many.py', index)));
  report.ids.push(...launched.map(({ run }) => run));

  let over = false;
  const attempt = async <T>(what: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      complaints.push(`${what}: ${String(error)}`);
      return undefined;
    }
  };
  const timed = async <T>(work: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    const answer = await work();
    report.answers.push(performance.now() - start);
    return answer;
  };

  /** What a window asks for when it is told of a change: its rows, and the page of a run. */
  async function look(backend: RunningBackend, run: string): Promise<void> {
    let seen = 0;
    while (!over) {
      const changed = backend.events.filter(({ name }) => name === 'changed').slice(seen);
      seen += changed.length;
      counts.events += changed.length;
      if (changed.length > 0) {
        await attempt('tree', () => timed(() => backend.call('tree', { folder, view, open: {}, unfold: 50 })));
        const about = changed.flatMap(({ value }) => (value as ApiEvents['changed']).runs);
        if (about.includes(run)) {
          await attempt('run', () => timed(() => backend.call('run', { folder, run })));
          await attempt('curves', () => timed(() => backend.call('curves', { folder, run, buckets: 300 })));
          await attempt('output', () =>
            timed(() => backend.call('output', { folder, run, stream: 'both', tail: 10_000 })),
          );
        }
        counts.looks++;
      }
      await sleep(20);
    }
  }

  async function read(): Promise<void> {
    const [run] = report.ids as [string];
    const commands = [
      ['runs', '--json'],
      ['show', run, '--json'],
      ['metrics', run, 'loss', '--json'],
      ['metrics', run],
    ];
    for (let index = 0; !over; index++) {
      const command = commands[index % commands.length] as string[];
      const { code, stderr } = await here.trainyard(...command);
      if (code !== 0 || stderr !== '') complaints.push(`trainyard ${command.join(' ')}: ${code} ${stderr}`);
      counts.reads++;
    }
  }

  async function change(): Promise<void> {
    for (let index = 0; !over; index++) {
      const backend = backends[index % 2] as RunningBackend;
      const run = report.ids[index % runs] as string;
      await attempt('name', () => backend.call('name', { folder, run, name: `renamed ${index}` }));
      await attempt('star', () => backend.call('star', { folder, runs: [run], starred: index % 3 === 0 }));
      await attempt('tag', () => backend.call('tag', { folder, runs: report.ids, key: 'turn', value: String(index) }));
      const doomed = index % 2 === 1 ? others.pop() : undefined;
      if (doomed !== undefined) await attempt('delete', () => backend.call('delete', { folder, runs: [doomed] }));
      counts.changes++;
      await sleep(50);
    }
  }

  async function watchLog(): Promise<void> {
    const file = join(folder, '.trainyard', 'trainyard.db-wal');
    while (!over) {
      report.longestLog = Math.max(report.longestLog, statSync(file, { throwIfNoEntry: false })?.size ?? 0);
      await sleep(20);
    }
  }

  const [shown = ''] = report.ids;
  const work = [look(first, shown), look(second, report.ids.at(-1) ?? shown), read(), change(), watchLog()];
  try {
    here.file('go', []);
    await until(
      'enough was read and done',
      () => counts.reads >= reads && counts.changes >= 5 && counts.looks >= 5,
      60 + 10 * reads,
    );
    here.file('enough', []);
    for (const backend of backends) {
      const states = () => backend.call('open', { folders: [{ path: folder, name: 'project', trusted: true }] });
      await until('all have ended', async () => (await states())[0]?.running === 0, 180);
    }
  } finally {
    over = true;
    await Promise.all(work);
  }
  return report;
}

/** What the windows have to complain of, and where what they show is not what was logged. */
export async function wrongAfter({ folder }: Playground, { ids, backends }: AtOnceReport): Promise<string[]> {
  const wrong: string[] = [];
  for (const backend of backends) {
    const said = backend.log().filter(({ level }) => level === 'warn' || level === 'error');
    wrong.push(...said.map((record) => JSON.stringify(record)));
    for (const run of ids) {
      const { status, warnings, metrics } = await backend.call('run', { folder, run });
      const printed = await backend.call('output', { folder, run, stream: 'stdout', tail: 1_000 });
      const points = Number(/points (\d+)/.exec(printed.chunks.map(({ text }) => text).join(''))?.[1]);
      const { steps, values } = await backend.call('points', { folder, run, name: 'number' });
      const isWhole = steps.length === points && steps.every((step, at) => step === at && values[at] === at);
      if (status === 'finished' && warnings.length === 0 && metrics.loss?.count === points && isWhole) continue;
      wrong.push(`${run}: ${status}, ${steps.length} of ${points} points, ${JSON.stringify(warnings)}`);
    }
  }
  return wrong;
}

import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import type { ProcessIdentity } from '../../src/base/identity.ts';
import { isAlive } from '../../src/base/process-identity.ts';
import { ingest, keepQueueGoing, listRuns, openRuns, writeJobs } from '../../src/tracking/index.ts';
import { slotHolders } from '../../src/tracking/queue/slots.ts';
import { runProcesses } from '../../src/tracking/run-processes.ts';
import { random } from './random.ts';
import { until } from './until.ts';

export interface Storm {
  runs: number;
  /** Processes that queue them, at the same time. */
  adders: number;
  jobs: number;
  /** How many supervisors and starters are killed meanwhile. */
  kills: number;
  seed: number;
}

export interface Weather {
  /** The number of each run whose script began, and whose script ended, in the order of the ledger. */
  begun: number[];
  ended: number[];
  /** How many ran at the same time at most. */
  most: number;
  killed: { supervisors: number; starters: number };
  ids: string[];
}

/** What each run does: a line when it begins and a line when it ends. */
const script = 'echo "begin $2" >> "$1"; sleep 0.1; echo "end $2" >> "$1"';
const helpEvery = 700;
const secondsPerRun = 10;
const adder = join(import.meta.dirname, 'queue-adder.ts');

/**
 * Queues tiny runs from several processes at once, and kills supervisors and starters at random moments until all have run. Now and
 * then somebody comes by who goes on with the queue, as a window or a command does.
 */
export async function queueStorm(folder: string, { runs, adders, jobs, kills, seed }: Storm): Promise<Weather> {
  const store = join(folder, '.trainyard');
  const ledger = join(folder, 'ledger');
  const { next } = random(seed);
  const share = Math.ceil(runs / adders);
  const ranges = Array.from({ length: adders }, (_, at) => [at * share + 1, Math.min(runs, (at + 1) * share)] as const);
  const adding = Promise.all(ranges.map(([first, last]) => addRuns(folder, ledger, first, last)));
  await until('there is a queue', () => existsSync(join(store, 'queue')));
  writeJobs(store, jobs);
  const killed = { supervisors: 0, starters: 0 };
  const isOver = () =>
    ['waiting', 'claimed', 'started', 'taken'].every((name) => filesIn(join(store, 'queue', name)) === 0);
  let added = false;
  let helped = Number.NEGATIVE_INFINITY;
  const ids = adding.then((lists) => {
    added = true;
    return lists.flat();
  });
  await until(
    'every queued run is over',
    async () => {
      await setTimeout(next() * 150);
      if (performance.now() - helped > helpEvery) {
        helped = performance.now();
        keepQueueGoing(store);
      }
      if (killed.supervisors + killed.starters < kills) killOne(store, next, killed);
      return added && isOver();
    },
    secondsPerRun * runs,
  );
  return { ...readLedger(ledger), killed, ids: await ids };
}

function addRuns(folder: string, ledger: string, first: number, last: number): Promise<string[]> {
  const child = spawn(process.execPath, [adder, folder, script, ledger, String(first), String(last)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (data: string) => {
    text += data;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(text.trim().split('\n'));
      else reject(new Error(`What queues the runs ${first} to ${last} ended with code ${code}.`));
    });
  });
}

/** One of those that look after a run, or are about to start one. */
function killOne(store: string, next: () => number, killed: Weather['killed']): void {
  const holders = slotHolders(store);
  const starters = holders.flatMap(({ process: holder }) => holder ?? []);
  const supervisors = holders.flatMap(({ run }) => supervisorOf(store, run) ?? []);
  const living = [starters, supervisors]
    .map((some) => some.filter((identity) => identity.pid !== process.pid && isAlive(identity)))
    .filter((some) => some.length > 0);
  const kind = living[Math.floor(next() * living.length)] ?? [];
  const victim = kind[Math.floor(next() * kind.length)];
  if (!victim) return;
  process.kill(victim.pid, 'SIGKILL');
  if (starters.includes(victim)) killed.starters += 1;
  else killed.supervisors += 1;
}

function supervisorOf(store: string, run: string | null): ProcessIdentity | null {
  const directory = run === null ? undefined : join(store, 'runs', run);
  return directory && existsSync(directory) ? runProcesses(directory).supervisor : null;
}

function filesIn(folder: string): number {
  return existsSync(folder) ? readdirSync(folder).length : 0;
}

function readLedger(file: string): Pick<Weather, 'begun' | 'ended' | 'most'> {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  const begun: number[] = [];
  const ended: number[] = [];
  let most = 0;
  for (const line of lines) {
    const [what, which] = line.split(' ');
    (what === 'begin' ? begun : ended).push(Number(which));
    most = Math.max(most, begun.length - ended.length);
  }
  return { begun, ended, most };
}

/** What did not happen as it must: every run once, no more at once than may be, and every status what a person would say. */
export async function wrongWith(folder: string, { runs, jobs }: Storm, weather: Weather): Promise<string[]> {
  const { begun, ended, most, killed, ids } = weather;
  const problems: string[] = [];
  for (let number = 1; number <= runs; number += 1) {
    const times = [begun, ended].map((list) => list.filter((one) => one === number).length);
    if (times.some((count) => count !== 1))
      problems.push(`run ${number} began ${times[0]} times and ended ${times[1]} times`);
  }
  if (most > jobs) problems.push(`${most} ran at once`);
  if (killed.supervisors + killed.starters === 0) problems.push('nobody was killed');
  const store = openRuns(join(folder, '.trainyard'));
  try {
    await ingest(store, { full: true });
    const shown = listRuns(store).runs;
    if (shown.length !== ids.length) problems.push(`${shown.length} runs are shown, ${ids.length} were queued`);
    for (const { name, status } of shown) if (status !== 'finished') problems.push(`${name} is ${status}`);
  } finally {
    store.close();
  }
  return problems;
}

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { isAlive } from '../../../src/base/process-identity.ts';
import { nowMicros } from '../../../src/base/time.ts';
import { openStore, type Store } from '../../../src/store/index.ts';
import { adoptAbandoned, ingest, points, runDetails } from '../../../src/tracking/index.ts';
import { runProcesses } from '../../../src/tracking/run-processes.ts';
import type { Playground } from '../cli.ts';
import { random } from '../random.ts';
import { until } from '../until.ts';
import { openHouse, runOf } from './house.ts';
import { readLedger, script } from './script.ts';
import { planTrial, startTrial, type Trial, type Victim, victims } from './trial.ts';

export interface Row {
  trial: number;
  victims: readonly Victim[];
  plan: string;
  /** Who was there to be killed. */
  killed: readonly Victim[];
  expected: string;
  seen: string;
  acknowledged: number;
  indexed: number;
  /** What is wrong; empty where nothing is. */
  problems: string[];
}

export interface MatrixOptions {
  seed: number;
  trials: number;
  /** The number of the first. */
  from?: number;
  /** How many go on at the same time. */
  atOnce: number;
}

/** Every one of them alone, and every company of them. */
const companies = Array.from({ length: 2 ** victims.length - 1 }, (_, index) =>
  victims.filter((_victim, bit) => ((index + 1) >> bit) & 1),
);

/**
 * Runs scripts, kills some of those who have to do with them at random moments, and compares what the index says in the end with
 * what the scripts wrote down themselves and with what a person would say who saw it all.
 */
export async function killMatrix(here: Playground, { seed, trials, from = 0, atOnce }: MatrixOptions): Promise<Row[]> {
  here.file('train.py', script.split('\n'));
  const usual = process.env.TRAINYARD_HOME;
  process.env.TRAINYARD_HOME = here.environment.TRAINYARD_HOME;
  const house = await openHouse(here);
  const waiting = Array.from({ length: trials }, (_, index) => from + index);
  const finished: Trial[] = [];
  const work = async () => {
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
      const numbers = random(seed * 10_007 + index);
      const company = companies[index % companies.length] as Victim[];
      const trial = planTrial(index, company, numbers);
      await startTrial(trial, here, house);
      finished.push(trial);
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, work));
    const store = openStore(join(here.folder, '.trainyard'));
    try {
      await settle(store);
      return finished.sort((a, b) => a.index - b.index).map((trial) => judge(trial, here, store));
    } finally {
      store.close();
    }
  } finally {
    await house.close();
    if (usual === undefined) delete process.env.TRAINYARD_HOME;
    else process.env.TRAINYARD_HOME = usual;
  }
}

/** A run that was launched and has shown no process counts as starting for half a minute. */
const later = 60_000_000;

async function settle(store: Store): Promise<void> {
  await until(
    'all runs have ended and are settled',
    async () => {
      adoptAbandoned(store);
      await ingest(store, { full: true, now: () => nowMicros() + later });
      const open = store.db.prepare<{ id: string }>('SELECT id FROM runs WHERE settled = 0').all();
      return open.every(({ id }) => isOver(join(store.folder, 'runs', id)));
    },
    240,
  );
}

/** Of a run that nobody can ever look after, because its supervisor was killed before it said who it is. */
function isOver(directory: string): boolean {
  const { supervisor, keeper, script: process } = runProcesses(directory);
  return !supervisor && [keeper, process].every((one) => !one || !isAlive(one));
}

function judge(trial: Trial, here: Playground, store: Store): Row {
  const { index: number, company, plan, killed } = trial;
  const base = { trial: number, victims: company, plan: plan.name, killed: [...killed] };
  const file = join(here.folder, trial.ledger);
  const { steps, ended } = readLedger(existsSync(file) ? readFileSync(file, 'utf8') : '');
  const acknowledged = [...steps.values()].flat().length;
  const id = runOf(here, trial.name);
  if (id === undefined) {
    const problems = acknowledged > 0 ? ['the run is not there'] : [];
    return { ...base, expected: 'no run', seen: 'no run', acknowledged, indexed: 0, problems };
  }
  const { status, exitCode, signal } = runDetails(store, id);
  const seen = text({ status, exitCode, signal });
  const possible = expectedOf(trial, ended, acknowledged > 0 || existsSync(file)).map(text);
  const problems = possible.includes(seen) ? [] : [`${seen} instead of ${possible.join(' or ')}`];
  const exit = trial.exitCode();
  if (exit !== undefined && exit !== exitOf({ status, exitCode, signal }))
    problems.push(`the command ended with ${exit}`);
  let indexed = 0;
  for (const [name, acked] of steps) {
    const found = pointsOf(store, id, name);
    indexed += found.length;
    const times = new Map<number, number>();
    for (const step of found) times.set(step, (times.get(step) ?? 0) + 1);
    const missing = acked.filter((step) => !times.has(step)).length;
    const twice = [...times.values()].filter((count) => count > 1).length;
    if (missing > 0) problems.push(`${missing} of ${acked.length} points of ${name} are missing`);
    if (twice > 0) problems.push(`${twice} points of ${name} are there more than once`);
    // One may have been logged and not yet written down by the script.
    if (found.length > acked.length + 1)
      problems.push(`${found.length} points of ${name}, of which it knows ${acked.length}`);
  }
  return { ...base, expected: possible.join(' or '), seen, acknowledged, indexed, problems };
}

const text = ({ status, exitCode, signal }: { status: string; exitCode: number | null; signal: string | null }) =>
  [status, exitCode === null ? '' : `code ${exitCode}`, signal ?? ''].filter(Boolean).join(' ');

/** What a person who saw it all could say. */
function expectedOf({ plan, killed, stopped }: Trial, ended: boolean, began: boolean) {
  const lost = { status: 'lost', exitCode: null, signal: null };
  const neverStarted = { status: 'failed', exitCode: null, signal: null };
  if (!began && !killed.has('script')) return killed.size === 0 ? [plan.outcome] : [lost, neverStarted];
  const byKill = killed.has('script') ? [{ status: 'failed', exitCode: null, signal: 'SIGKILL' }] : [];
  const byStop = stopped() ? [{ status: 'stopped', exitCode: null, signal: 'SIGINT' }] : [];
  const cut = [...byKill, ...byStop];
  // It may have ended by itself when it was just being stopped.
  const both = stopped() && ended ? [{ ...plan.outcome, status: 'stopped' }] : [];
  return ended || cut.length === 0 ? [...cut, ...both, plan.outcome] : cut;
}

const signals: Record<string, number> = { SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

function exitOf({ exitCode, signal }: { status: string; exitCode: number | null; signal: string | null }): number {
  return exitCode ?? 128 + (signals[signal ?? ''] ?? Number.NaN);
}

function pointsOf(store: Store, id: string, name: string): number[] {
  const known = store.db
    .prepare<{ name: string }>('SELECT name FROM series WHERE run = (SELECT key FROM runs WHERE id = ?)')
    .all(id);
  return known.some((series) => series.name === name) ? [...points(store, id, name).steps] : [];
}

/** A table of what was killed how often, and what came of it. */
export function tableOf(rows: readonly Row[]): string {
  const lines = companies.map((company) => {
    const mine = rows.filter((row) => row.victims.join() === company.join());
    const sum = (value: (row: Row) => number) => mine.reduce((total, row) => total + value(row), 0);
    const right = mine.filter((row) => row.problems.length === 0).length;
    const hit = mine.filter((row) => row.killed.length === company.length).length;
    return [
      company.join(' + '),
      mine.length,
      hit,
      `${right}/${mine.length}`,
      sum((row) => row.acknowledged),
      sum((row) => row.indexed),
    ];
  });
  const head = ['killed', 'trials', 'all hit', 'as expected', 'acknowledged', 'in the index'];
  const cells = [head, ...lines].map((line) => line.map(String));
  const widths = head.map((_, column) => Math.max(...cells.map((line) => (line[column] as string).length)));
  return cells
    .map((line) =>
      line
        .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] as number) : cell.padStart(widths[at] as number)))
        .join('  '),
    )
    .join('\n');
}

import { appendFileSync, closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { newId } from '../src/base/ids.ts';
import { exactNumber } from '../src/base/json.ts';
import { nowMicros } from '../src/base/time.ts';
import type { RunFile } from '../src/contract/run-file.ts';
import { deadProcess, exit, record, runFile, supervisorOpen } from '../tests/support/run-folders.ts';
import { type Curve, curves, type Noise, noise } from './noise.ts';

export interface StoreShape {
  runs: number;
  /** Metrics of each run, points of each metric, parameters of each run. */
  metrics: number;
  points: number;
  params: number;
  /** So many of the newest runs have no end: another machine's, which count as running for five minutes. */
  running: number;
  experiments: number;
  seed: number;
}

export const usualShape: StoreShape = {
  runs: 10,
  metrics: 5,
  points: 100,
  params: 6,
  running: 0,
  experiments: 3,
  seed: 1,
};

const models = ['ridge', 'lasso', 'forest'];
const failureEvery = 13;
/** A run every ten minutes, the newest a minute ago; a step every 10 ms. */
const runMicros = 600_000_000;
const newestMicros = 60_000_000;
const stepMicros = 10_000;

/**
 * Writes a `.trainyard` of runs as a supervisor and a Python script leave them, below `folder`; the same seed gives the same
 * numbers. Answers the ids, oldest first.
 */
export function writeStore(folder: string, changes: Partial<StoreShape> = {}): string[] {
  const shape = { ...usualShape, ...changes };
  const runs = join(folder, '.trainyard', 'runs');
  mkdirSync(runs, { recursive: true });
  const newest = nowMicros() - newestMicros;
  const ids: string[] = [];
  for (let number = 0; number < shape.runs; number++) {
    ids.push(writeOne(runs, number, newest - (shape.runs - 1 - number) * runMicros, shape));
  }
  return ids;
}

function writeOne(runs: string, number: number, created: number, shape: StoreShape): string {
  const random = noise(shape.seed * 1_000_003 + number);
  const params = makeParams(random, shape.params);
  const model = String(params.model);
  const file = runFile({
    id: newId(Math.floor(created / 1000)),
    name: `${model}-${number}`,
    experiment: `experiment-${number % shape.experiments}`,
    created,
    target: { kind: 'script', path: 'train.py' },
    args: Object.entries(params).flatMap(([key, value]) => [`--${key}`, String(value)]),
    tags: { team: random.pick(['vision', 'credit']), ...(number % 10 === 0 ? { baseline: 'yes' } : {}) },
  });
  const running = number >= shape.runs - shape.running;
  const failed = !running && number % failureEvery === failureEvery - 1;
  const folder = join(runs, file.id);
  mkdirSync(folder);
  writeFileSync(join(folder, 'run.json'), JSON.stringify(file));
  writeSupervisor(folder, file, { running, failed, ended: created + stepMicros * shape.points + 1_000_000 });
  writeFileSync(join(folder, 'stdout.log'), `training ${model}\n`);
  writeFileSync(join(folder, 'stderr.log'), '');
  const quality = 1 / (1 + Math.abs(Math.log10(Number(params.lr ?? 0.01)) + 2)) - (model === 'lasso' ? 0.1 : 0);
  writeJournal(folder, file, { running, failed, params, random, drawn: curves(shape.metrics, quality), shape });
  return file.id;
}

interface Life {
  running: boolean;
  failed: boolean;
}

function identity(running: boolean) {
  return running ? { ...deadProcess, host: `not-${hostname()}` } : deadProcess;
}

function writeSupervisor(folder: string, file: RunFile, { running, failed, ended }: Life & { ended: number }): void {
  const open = { ...supervisorOpen(file.id, identity(running)), t: file.created };
  const records: unknown[] = [open, { kind: 'started', t: file.created + 1000, process: identity(running) }];
  if (!running) records.push(exit({ t: ended, code: failed ? 1 : 0 }));
  writeFileSync(join(folder, 'supervisor.jsonl'), records.map(record).join(''));
}

interface Said extends Life {
  params: Record<string, number | string>;
  random: Noise;
  drawn: Curve[];
  shape: StoreShape;
}

const writeCharacters = 1 << 20;

function writeJournal(folder: string, file: RunFile, { running, failed, params, random, drawn, shape }: Said): void {
  const start = file.created + 2000;
  const process = identity(running);
  const path = join(folder, `journal-${process.host}-${process.pid}-${start}.jsonl`);
  const about = { kind: 'open', v: 1, run: file.id, ...process, parent: null, role: 'main', rank: null, start };
  const head: unknown[] = [{ ...about, language: 'python', client: 'bench' }];
  head.push({ kind: 'params', t: 500, source: 'argparse', values: params });
  for (const [id, { name }] of drawn.entries()) head.push({ kind: 'name', id, name });
  const descriptor = openSync(path, 'w');
  let text = head.map(record).join('');
  let elapsed = 1000;
  for (let step = 0; step < shape.points; step++) {
    elapsed += Math.round(stepMicros * (0.9 + 0.2 * random.even()));
    text += `\u001e[${elapsed},${step}`;
    const progress = shape.points > 1 ? step / (shape.points - 1) : 1;
    for (let id = 0; id < drawn.length; id++)
      text += `,${id},${exactNumber((drawn[id] as Curve).at(progress, random))}`;
    text += ']\n';
    if (text.length < writeCharacters) continue;
    writeSync(descriptor, text);
    text = '';
  }
  writeSync(descriptor, text);
  closeSync(descriptor);
  if (!running) appendFileSync(path, closing(elapsed, failed).map(record).join(''));
}

function closing(t: number, failed: boolean): unknown[] {
  const end = { kind: 'end', t: t + 2, exitCode: null, peakMemoryBytes: 100_000_000, cpuSeconds: 1.5 };
  const environment = { kind: 'environment', t: t + 1, python: '3.11.7', packages: { numpy: '2.4.6' } };
  if (!failed) return [environment, end];
  const traceback =
    'Traceback (most recent call last):\n  File "train.py", line 12, in <module>\nValueError: bad shape';
  const error = { kind: 'exception', t, type: 'ValueError', message: 'bad shape', file: 'train.py', line: 12 };
  return [{ ...error, traceback }, environment, end];
}

function makeParams(random: Noise, count: number): Record<string, number | string> {
  const params: Record<string, number | string> = {
    model: random.pick(models),
    lr: Number((10 ** (-4 + 3 * random.even())).toPrecision(3)),
    seed: Math.floor(random.even() * 1000),
    batch: random.pick([16, 32, 64, 128]),
    optimizer: random.pick(['adam', 'sgd']),
    depth: 2 + Math.floor(random.even() * 10),
  };
  for (let extra = 0; Object.keys(params).length < count; extra++) params[`option${extra}`] = random.even();
  return Object.fromEntries(Object.entries(params).slice(0, count));
}

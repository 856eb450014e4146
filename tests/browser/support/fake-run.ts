import { setTimeout as sleep } from 'node:timers/promises';
import type { Handlers } from '../../../src/base/rpc.ts';
import { type BucketColumns, bucketFields, type CurveX } from '../../../src/contract/curve.ts';
import type { MediaItem, MediaKind } from '../../../src/contract/media.ts';
import type { PackedCurve } from '../../../src/contract/packed-curve.ts';
import type { QueuePlace, RunPageCalls } from '../../../src/contract/panel.ts';
import type { Bucket, MetricSummary, OutputChunk, RunDetails, UsedFile } from '../../../src/contract/run.ts';
import { packCurve } from '../../../src/window/pack-curve.ts';

type Calls = { [Name in keyof RunPageCalls]: { name: Name; input: RunPageCalls[Name]['input'] } }[keyof RunPageCalls];

/** A run that exists only in the test: its page's host answers from here and writes down what it was asked. */
export interface FakeRun {
  details: RunDetails;
  /** Values by metric; the step is the place. */
  points: Map<string, number[]>;
  /** The same of what was measured. */
  system: Map<string, number[]>;
  /** What each tag of media has, by kind and tag with a line between. */
  media: Map<string, MediaItem['shown'][]>;
  output: OutputChunk[];
  patch: string;
  /** Where it waits, as the window says. */
  queue: QueuePlace | null;
  asked: Calls[];
  /** Calls that fail with this, by name. */
  failing: Map<string, Error>;
  /** Milliseconds that every answer takes. */
  delay: number;
  handlers: Handlers<RunPageCalls>;
}

export const started = Date.UTC(2026, 2, 14, 9, 30) * 1000;

export function fakeRun(part: Partial<RunDetails> = {}): FakeRun {
  const run: FakeRun = {
    details: { ...plainDetails, ...part },
    points: new Map(),
    system: new Map(),
    media: new Map(),
    output: [],
    patch: '',
    queue: null,
    asked: [],
    failing: new Map(),
    delay: 0,
    handlers: undefined as never,
  };
  run.handlers = handlersOf(run);
  return run;
}

/** An input or output, as plain as can be but for what is given. */
export function usedFile(path: string, part: Partial<UsedFile> = {}): UsedFile {
  const unknown = { sampled: false, files: null, changed: false, problem: null, what: null, format: null, kept: null };
  return {
    path,
    time: started,
    bytes: 1_024,
    modified: started,
    sha256: 'b4'.repeat(32),
    by: 'open',
    ...unknown,
    ...part,
  };
}

/** Sets a metric's values, and its summary with them. */
export function setMetric(run: FakeRun, name: string, values: number[]): void {
  run.points.set(name, values);
  run.details = { ...run.details, metrics: { ...run.details.metrics, [name]: summaryOf(name, values) } };
}

export function setSystemMetric(run: FakeRun, name: string, values: number[]): void {
  run.system.set(name, values);
  const systemMetrics = { ...run.details.systemMetrics, [name]: summaryOf(name, values) };
  run.details = { ...run.details, systemMetrics };
}

function summaryOf(name: string, values: number[]): MetricSummary {
  const known = values.filter((value) => !Number.isNaN(value));
  const min = known.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const max = known.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return {
    last: values.at(-1) ?? Number.NaN,
    lastStep: values.length - 1,
    min: known.length === 0 ? Number.NaN : min,
    max: known.length === 0 ? Number.NaN : max,
    best: /loss/.test(name) ? min : max,
    count: values.length,
  };
}

/** Sets what a tag has, ten steps from one to the next. */
export function setMedia(run: FakeRun, kind: MediaKind, tag: string, shown: MediaItem['shown'][]): void {
  run.media.set(`${kind}\n${tag}`, shown);
  const others = run.details.media.filter((one) => one.kind !== kind || one.tag !== tag);
  const added = { kind, tag, count: shown.length, firstStep: 0, lastStep: (shown.length - 1) * 10 };
  run.details = { ...run.details, media: [...others, added] };
}

function handlersOf(run: FakeRun): Handlers<RunPageCalls> {
  const answer =
    <Name extends keyof RunPageCalls>(
      name: Name,
      make: (input: RunPageCalls[Name]['input']) => RunPageCalls[Name]['output'],
    ) =>
    async (input: RunPageCalls[Name]['input']): Promise<RunPageCalls[Name]['output']> => {
      run.asked.push({ name, input } as Calls);
      if (run.delay > 0) await sleep(run.delay);
      const failure = run.failing.get(name);
      if (failure) throw failure;
      return make(input);
    };
  return {
    details: answer('details', () => run.details),
    curves: answer('curves', ({ names, buckets, kind = 'logged', x = 'step', from, to }) =>
      [...(kind === 'logged' ? run.points : run.system)]
        .filter(([name]) => names === undefined || names.includes(name))
        .map(([name, values]) => bucketed(name, alongX(run, values, x), buckets, from, to)),
    ),
    media: answer('media', ({ kind, tag, indexes }) =>
      indexes.map((index) => {
        const shown = run.media.get(`${kind}\n${tag}`)?.[index] ?? ({ kind: 'none', reason: 'unreadable' } as const);
        return { index, step: index * 10, time: started + index * 1_000_000, shown };
      }),
    ),
    output: answer('output', (input) => outputPage(run, input)),
    patch: answer('patch', () => run.patch),
    stop: answer('stop', () => null),
    reproduce: answer('reproduce', () => null),
    rerun: answer('rerun', () => null),
    retry: answer('retry', () => null),
    queue: answer('queue', () => run.queue),
    changeQueue: answer('changeQueue', () => null),
    rename: answer('rename', () => null),
    delete: answer('delete', () => null),
    note: answer('note', ({ note }) => {
      run.details = { ...run.details, note };
      return null;
    }),
    star: answer('star', ({ starred }) => {
      run.details = { ...run.details, starred };
      return null;
    }),
    watchAnomalies: answer('watchAnomalies', ({ metric, on }) => {
      const anomalyList = run.details.anomalyList.map((one) => (one.metric === metric ? { ...one, off: !on } : one));
      run.details = { ...run.details, anomalyList };
      return null;
    }),
    openFile: answer('openFile', () => null),
    openUsedFile: answer('openUsedFile', () => null),
    openPatch: answer('openPatch', () => null),
    saveChart: answer('saveChart', () => true),
    savePoints: answer('savePoints', () => true),
    openDiff: answer('openDiff', () => null),
    touched: answer('touched', () => null),
    revealFolder: answer('revealFolder', () => null),
    copy: answer('copy', () => null),
  };
}

interface Placed {
  x: number;
  step: number;
  value: number;
}

/** Twenty steps a second. */
function alongX(run: FakeRun, values: number[], x: CurveX): Placed[] {
  const other = typeof x === 'string' ? undefined : run.points.get(x.metric);
  const placed = values.map((value, step) => {
    const at = x === 'step' ? step : x === 'time' ? step * 50_000 : (other?.[step] ?? Number.NaN);
    return { x: at, step, value };
  });
  return placed.filter((point) => Number.isFinite(point.x)).sort((a, b) => a.x - b.x);
}

function bucketed(
  name: string,
  placed: Placed[],
  buckets: number,
  from = Number.NEGATIVE_INFINITY,
  to = Number.POSITIVE_INFINITY,
): PackedCurve {
  const inside = placed.filter(({ x }) => x >= from && x <= to);
  const size = Math.max(1, Math.ceil(inside.length / buckets));
  const made: Bucket[] = [];
  for (let start = 0; start < inside.length; start += size) made.push(bucketOf(inside.slice(start, start + size)));
  const columns = Object.fromEntries(
    bucketFields.map((field) => [field, Float64Array.from(made, (bucket) => bucket[field])]),
  ) as unknown as BucketColumns;
  return packCurve({ name, count: inside.length, buckets: columns });
}

function bucketOf(part: Placed[]): Bucket {
  const [first, last] = [part[0] as Placed, part.at(-1) as Placed];
  const known = part.map(({ value }) => value).filter(Number.isFinite);
  return {
    fromX: first.x,
    toX: last.x,
    fromStep: first.step,
    toStep: last.step,
    fromTime: started + first.step * 50_000,
    toTime: started + last.step * 50_000,
    count: part.length,
    min: known.length === 0 ? Number.NaN : known.reduce((a, b) => Math.min(a, b)),
    max: known.length === 0 ? Number.NaN : known.reduce((a, b) => Math.max(a, b)),
    first: first.value,
    last: last.value,
    nonFinite: part.length - known.length,
  };
}

const pageBytes = 128 * 1024;

/** Cursors count characters of the chunks laid end to end, per stream. */
function outputPage(run: FakeRun, { stream, from, tail }: RunPageCalls['output']['input']) {
  const wanted = run.output.filter((chunk) => stream === 'both' || chunk.stream === stream);
  const total = { stdout: 0, stderr: 0 };
  for (const chunk of run.output) total[chunk.stream] += chunk.text.length;
  const all = wanted.reduce((sum, { text }) => sum + text.length, 0);
  const begin = from
    ? from.stdout + from.stderr
    : lineStart(wanted.map(({ text }) => text).join(''), all - (tail ?? all));
  const end = Math.min(all, begin + pageBytes);
  const chunks: OutputChunk[] = [];
  let position = 0;
  for (const chunk of wanted) {
    const text = chunk.text.slice(Math.max(0, begin - position), Math.max(0, end - position));
    if (text) chunks.push({ stream: chunk.stream, text });
    position += chunk.text.length;
  }
  return { chunks, next: { stdout: end, stderr: 0 }, atEnd: end === all, totalBytes: total };
}

function lineStart(text: string, position: number): number {
  return position <= 0 ? 0 : text.indexOf('\n', position - 1) + 1;
}

const plainDetails: RunDetails = {
  id: '0195c2a7-5f00-7000-8000-5b6f0a1c2d3e',
  name: 'quiet-otter',
  experiment: 'digits',
  group: null,
  parent: null,
  status: 'finished',
  created: started - 300_000,
  started,
  ended: started + 187_400_000,
  exitCode: 0,
  signal: null,
  starred: false,
  archived: false,
  title: 'train.py',
  anomalies: 0,
  position: null,
  attempt: null,
  anomalyList: [],
  target: { kind: 'script', path: 'train.py' },
  failure: null,
  params: {},
  tags: {},
  metrics: {},
  directory: '/home/mei/digits/.trainyard/runs/0195c2a7-5f00-7000-8000-5b6f0a1c2d3e',
  pid: 4711,
  supervisorPid: 4710,
  command: ['/home/mei/digits/.venv/bin/python', 'train.py', '--lr', '0.1'],
  args: ['--lr', '0.1'],
  cwd: '/home/mei/digits',
  interpreter: '/home/mei/digits/.venv/bin/python',
  env: {},
  origin: 'window',
  rerunOf: null,
  host: 'atelier',
  user: 'mei',
  note: '',
  cpuSeconds: 342.5,
  peakMemoryBytes: 812_345_678,
  diskReadBytes: 12_000_000,
  diskWrittenBytes: 340_000_000,
  gpus: [],
  systemMetrics: {},
  code: null,
  packages: {},
  python: '3.11.9',
  os: 'Linux 6.8.0',
  cpu: 'AMD Ryzen 7 7840U',
  cores: 16,
  memoryBytes: 33_285_996_544,
  machine: null,
  installation: null,
  seeds: {},
  datasets: [],
  inputs: [],
  outputs: [],
  artifacts: [],
  media: [],
  skippedMedia: {},
  warnings: [],
};

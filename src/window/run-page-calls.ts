import type { CallTable } from '../base/rpc.ts';
import { codeComparisons } from '../contract/code.ts';
import { type CurveX, type MetricKind, metricKinds } from '../contract/curve.ts';
import { fault } from '../contract/errors.ts';
import { fileAccesses } from '../contract/file-record.ts';
import { mediaKinds, mostMedia } from '../contract/media.ts';
import { chartFormats, queueChanges, type RunPageCalls } from '../contract/panel.ts';

type Checks<Calls extends CallTable> = { [Name in keyof Calls]: (input: unknown) => Calls[Name]['input'] };

/** What the page sends, checked by hand: a page shows other people's data, so it is not taken at its word. */
export const runPageInputs: Checks<RunPageCalls> = {
  details: nothing,
  curves(input) {
    const { buckets, names, kind, x, from, to } = fields(input, 'curves');
    return {
      buckets: integer(buckets, 'buckets', 1, 10_000),
      ...(names === undefined ? {} : { names: strings(names, 'names') }),
      ...(kind === undefined ? {} : { kind: metricKind(kind) }),
      ...(x === undefined ? {} : { x: curveX(x) }),
      ...(from === undefined ? {} : { from: number(from, 'from') }),
      ...(to === undefined ? {} : { to: number(to, 'to') }),
    };
  },
  media(input) {
    const { kind, tag, indexes } = fields(input, 'media');
    const known = mediaKinds.find((one) => one === kind);
    if (!known) throw refuse('kind', 'a kind of media');
    if (!Array.isArray(indexes) || indexes.length > mostMedia) throw refuse('indexes', `at most ${mostMedia} numbers`);
    const most = Number.MAX_SAFE_INTEGER;
    return { kind: known, tag: string(tag, 'tag'), indexes: indexes.map((one) => integer(one, 'indexes', 0, most)) };
  },
  output(input) {
    const { stream, from, tail } = fields(input, 'output');
    if (stream !== 'stdout' && stream !== 'stderr' && stream !== 'both') throw refuse('stream', 'a stream');
    return {
      stream,
      ...(from === undefined ? {} : { from: cursor(from) }),
      ...(tail === undefined ? {} : { tail: integer(tail, 'tail', 0, Number.MAX_SAFE_INTEGER) }),
    };
  },
  patch: nothing,
  stop: nothing,
  rerun: nothing,
  retry: nothing,
  queue: nothing,
  changeQueue(input) {
    const { change } = fields(input, 'changeQueue');
    const known = queueChanges.find((one) => one === change);
    if (!known) throw refuse('change', `one of ${queueChanges.join(', ')}`);
    return { change: known };
  },
  reproduce: nothing,
  rename: nothing,
  delete: nothing,
  note: (input) => ({ note: string(fields(input, 'note').note, 'note') }),
  star: (input) => ({ starred: boolean(fields(input, 'star').starred, 'starred') }),
  watchAnomalies(input) {
    const { metric, on } = fields(input, 'watchAnomalies');
    return { metric: string(metric, 'metric'), on: boolean(on, 'on') };
  },
  openFile(input) {
    const { file, line } = fields(input, 'openFile');
    return { file: string(file, 'file'), line: line === null ? null : integer(line, 'line', 0, 10_000_000) };
  },
  openUsedFile(input) {
    const { access, path, how } = fields(input, 'openUsedFile');
    const known = fileAccesses.find((one) => one === access);
    if (!known) throw refuse('access', `one of ${fileAccesses.join(', ')}`);
    if (how !== 'open' && how !== 'reveal') throw refuse('how', 'open or reveal');
    return { access: known, path: string(path, 'path'), how };
  },
  openPatch: nothing,
  saveChart(input) {
    const { name, format, content } = fields(input, 'saveChart');
    const known = chartFormats.find((one) => one === format);
    if (!known) throw refuse('format', `one of ${chartFormats.join(', ')}`);
    return { name: string(name, 'name'), format: known, content: string(content, 'content') };
  },
  savePoints(input) {
    const { name, kind } = fields(input, 'savePoints');
    return { name: string(name, 'name'), kind: metricKind(kind) };
  },
  openDiff(input) {
    const { between, file } = fields(input, 'openDiff');
    const known = codeComparisons.find((one) => one === between);
    if (!known) throw refuse('between', `one of ${codeComparisons.join(', ')}`);
    return { between: known, file: file === null ? null : string(file, 'file') };
  },
  touched: nothing,
  revealFolder: nothing,
  copy: (input) => ({ text: string(fields(input, 'copy').text, 'text') }),
};

function refuse(what: string, expected: string): Error {
  return fault('bad-input', { what, problem: `expected ${expected}` });
}

function nothing(input: unknown): null {
  if (input !== null) throw refuse('input', 'nothing');
  return null;
}

function fields(input: unknown, what: string): Record<string, unknown> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) throw refuse(what, 'an object');
  return input as Record<string, unknown>;
}

function string(value: unknown, what: string): string {
  if (typeof value !== 'string') throw refuse(what, 'text');
  return value;
}

function strings(value: unknown, what: string): string[] {
  if (!Array.isArray(value)) throw refuse(what, 'a list');
  return value.map((item) => string(item, what));
}

function metricKind(value: unknown): MetricKind {
  const kind = metricKinds.find((known) => known === value);
  if (kind === undefined) throw refuse('kind', `one of ${metricKinds.join(', ')}`);
  return kind;
}

function curveX(value: unknown): CurveX {
  return value === 'step' || value === 'time' ? value : { metric: string(fields(value, 'x').metric, 'x.metric') };
}

function boolean(value: unknown, what: string): boolean {
  if (typeof value !== 'boolean') throw refuse(what, 'yes or no');
  return value;
}

function number(value: unknown, what: string): number {
  if (typeof value !== 'number' || Number.isNaN(value)) throw refuse(what, 'a number');
  return value;
}

function integer(value: unknown, what: string, least: number, most: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
    throw refuse(what, `a whole number from ${least} to ${most}`);
  }
  return value;
}

function cursor(value: unknown): { stdout: number; stderr: number } {
  const { stdout, stderr } = fields(value, 'from');
  const most = Number.MAX_SAFE_INTEGER;
  return { stdout: integer(stdout, 'from.stdout', 0, most), stderr: integer(stderr, 'from.stderr', 0, most) };
}

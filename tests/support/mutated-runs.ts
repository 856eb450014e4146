import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { maskedCrc32c } from '../../src/interop/event-files/crc32c.ts';
import { eventFileReader } from '../../src/interop/index.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { ingest, points, provideEventFileReader, runDetails } from '../../src/tracking/index.ts';
import { mutate } from './mutations.ts';
import { type Random, random } from './random.ts';
import { deadProcess, exit, record, runFile, runStart, supervisorOpen } from './run-folders.ts';

/** What was written, what became of it, and what of it must be in the index. */
interface MutatedRun {
  id: string;
  seed: number;
  done: string[];
  journal: Buffer;
  /** Every record of the journal as it was written. */
  written: Set<string>;
  events: Buffer;
  scalars: { frame: Buffer; tag: string; step: number }[];
}

const journalName = `journal-here-${deadProcess.pid}-${runStart}.jsonl`;
const eventName = 'events/0001-events.out.tfevents.1.host.1.0';

/** A journal of records that all differ, so that each can be looked for. */
function journalRecords(id: string, random: Random): string[] {
  const identity = { ...deadProcess, parent: null, role: 'main', rank: null };
  const open = { kind: 'open', v: 1, run: id, ...identity, start: runStart, language: 'python', client: 'test' };
  const records: unknown[] = [open];
  let unique = random.whole(1, 1000);
  for (const [number, name] of ['loss', 'acc'].entries()) records.push({ kind: 'name', id: number, name });
  const length = random.whole(5, 120);
  for (let step = 0; step < length; step++) {
    unique += 1 + random.next();
    records.push([step * 1000, step, 0, unique, 1, -unique]);
    if (step % 9 === 0) records.push({ kind: 'tag', t: step, key: `tag ${unique}`, value: `v ${unique}` });
    if (step % 11 === 0)
      records.push({
        kind: 'params',
        t: step,
        source: random.pick(['client', 'argparse']),
        values: { [`p ${unique}`]: [unique] },
      });
  }
  records.push({ kind: 'end', t: length * 1000, exitCode: 0, peakMemoryBytes: null, cpuSeconds: 1 });
  return records.map(record);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];
}

const field = (number: number, data: Buffer) =>
  Buffer.from([...varint(number * 8 + 2), ...varint(data.length), ...data]);

/** An event of TensorBoard with one scalar, framed as a TFRecord. */
function scalarEvent(tag: string, step: number, value: number): Buffer {
  const head = Buffer.alloc(9);
  head[0] = 9;
  head.writeDoubleLE(runStart / 1e6 + step, 1);
  const number = Buffer.alloc(5);
  number[0] = 0x15;
  number.writeFloatLE(value, 1);
  const summary = field(5, field(1, Buffer.concat([field(1, Buffer.from(tag)), number])));
  const data = Buffer.concat([head, Buffer.from([16, ...varint(step)]), summary]);
  const header = Buffer.alloc(12);
  header.writeUInt32LE(data.length, 0);
  header.writeUInt32LE(maskedCrc32c(header, 0, 8), 8);
  const footer = Buffer.alloc(4);
  footer.writeUInt32LE(maskedCrc32c(data), 0);
  return Buffer.concat([header, data, footer]);
}

function makeRun(seed: number): MutatedRun {
  const dice = random(seed);
  const { id } = runFile();
  const records = journalRecords(id, dice);
  const scalars = Array.from({ length: dice.whole(2, 40) }, (_, step) => {
    const tag = dice.chance(0.1) ? 'long '.repeat(dice.whole(10, 400)) : step % 2 === 0 ? 'even' : 'odd';
    return { frame: scalarEvent(tag, step, step + 0.5), tag, step };
  });
  const whole = Buffer.from(records.join(''));
  const wholeEvents = Buffer.concat(scalars.map(({ frame }) => frame));
  const others = [whole, wholeEvents, Buffer.from(records.slice(3).join('').repeat(3))];
  const journal = mutate(whole, others, dice);
  const events = mutate(wholeEvents, others, dice);
  const done = [...journal.done, '/', ...events.done];
  return { id, seed, done, journal: journal.bytes, written: new Set(records), events: events.bytes, scalars };
}

function writeRun(store: string, { id, journal, events }: MutatedRun): void {
  const folder = join(store, 'runs', id);
  mkdirSync(join(folder, 'events'), { recursive: true });
  writeFileSync(join(folder, 'run.json'), JSON.stringify(runFile({ id })));
  writeFileSync(join(folder, 'supervisor.jsonl'), record(supervisorOpen(id)) + record(exit()));
  writeFileSync(join(folder, journalName), journal);
  writeFileSync(join(folder, eventName), events);
}

/** What stands between one 0x1E and the next up to its newline: a record, if there is one. */
function frames(bytes: Buffer): { start: number; text: string | undefined }[] {
  const text = bytes.toString('latin1');
  const found: { start: number; text: string | undefined }[] = [];
  for (let at = text.indexOf('\u001e'); at !== -1; ) {
    const next = text.indexOf('\u001e', at + 1);
    const end = text.indexOf('\n', at);
    const isWhole = end !== -1 && (next === -1 || end < next);
    found.push({ start: at, text: isWhole ? text.slice(at, end + 1) : undefined });
    at = next;
  }
  return found;
}

interface Expected {
  points: { name: string; step: number; value: number }[];
  tags: Set<string>;
  params: Set<string>;
}

/**
 * What records that came through unharmed must have left in the index: all of it, but for what a damaged `open` shuts out, and
 * for values whose name was damaged, which have another.
 */
function expectedOf({ id, journal, written }: MutatedRun): Expected | undefined {
  const expected: Expected = { points: [], tags: new Set(), params: new Set() };
  const names = new Map<number, string>();
  for (const { start: at, text } of frames(journal)) {
    if (text === undefined) continue;
    const value = parsed(text);
    if (typeof value !== 'object' || value === null) continue;
    if (!written.has(text)) {
      const { kind, run, v, start } = value as Record<string, unknown>;
      const isFirst = at === 0 || start === runStart;
      if (kind === 'open' && isFirst && (run !== id || v !== 1)) return undefined;
      if (kind === 'name') return undefined;
      continue;
    }
    if (Array.isArray(value)) {
      for (const pair of [2, 4]) {
        const name = names.get(value[pair]) ?? `unnamed/${value[pair]}`;
        expected.points.push({ name, step: value[1], value: value[pair + 1] });
      }
    } else {
      const said = value as { kind: string; id: number; name: string; key: string; values: object };
      if (said.kind === 'name') names.set(said.id, said.name);
      if (said.kind === 'tag') expected.tags.add(said.key);
      if (said.kind === 'params') for (const name of Object.keys(said.values)) expected.params.add(name);
    }
  }
  return expected;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.slice(1));
  } catch {
    return undefined;
  }
}

/** How many runs of `from` to `from + count` were looked at, and how many records in them were found again. */
export interface MutationTally {
  runs: number;
  found: number;
  warnings: number;
  slowestMilliseconds: number;
}

/**
 * Makes so many runs with a journal and an event file that were damaged, reads them into the index of a new store at `folder`, and
 * looks for every record that came through unharmed, and for a warning where one did not. The same seeds make the same runs.
 */
export async function checkMutatedRuns(folder: string, from: number, count: number): Promise<MutationTally> {
  provideEventFileReader(eventFileReader);
  mkdirSync(join(folder, 'runs'), { recursive: true });
  const store = openStore(folder);
  const tally: MutationTally = { runs: 0, found: 0, warnings: 0, slowestMilliseconds: 0 };
  try {
    for (let seed = from; seed < from + count; seed++) {
      const run = makeRun(seed);
      writeRun(folder, run);
      const begun = performance.now();
      await ingest(store);
      tally.slowestMilliseconds = Math.max(tally.slowestMilliseconds, performance.now() - begun);
      try {
        checkRun(store, run, tally);
      } catch (error) {
        throw new Error(`seed ${seed} (${run.done.join(', ')}): ${(error as Error).message}`, { cause: error });
      }
    }
  } finally {
    store.close();
  }
  return tally;
}

function checkRun(store: Store, run: MutatedRun, tally: MutationTally): void {
  const details = runDetails(store, run.id);
  tally.runs++;
  assert.equal(details.status, 'finished');
  const expected = expectedOf(run);
  if (expected) {
    const values = new Map<string, Set<string>>();
    for (const { name, step, value } of expected.points) {
      if (!values.has(name)) values.set(name, valuesOf(store, run.id, name));
      assert.ok(values.get(name)?.has(`${step} ${value}`), `${name} ${step} ${value} is not in the index`);
      tally.found++;
    }
    for (const key of expected.tags) assert.ok(Object.hasOwn(details.tags, key), `the tag ${key} is not in the index`);
    for (const key of expected.params)
      assert.ok(Object.hasOwn(details.params, key), `the parameter ${key} is not in the index`);
    tally.found += expected.tags.size + expected.params.size;
  }
  const scalars = new Map<string, Set<string>>();
  for (const { frame, tag, step } of run.scalars) {
    if (!run.events.includes(frame)) continue;
    if (!scalars.has(tag)) scalars.set(tag, valuesOf(store, run.id, tag));
    assert.ok(scalars.get(tag)?.has(`${step} ${step + 0.5}`), `the event ${tag} ${step} is not in the index`);
    tally.found++;
  }
  const damaged = details.warnings.filter(({ code }) => code === 'journal-damaged');
  tally.warnings += damaged.length;
  for (const { params } of damaged) {
    const bytes = params.file === `runs/${run.id}/${eventName}` ? run.events : run.journal;
    assert.ok(
      params.file === `runs/${run.id}/${eventName}` || params.file === `runs/${run.id}/${journalName}`,
      String(params.file),
    );
    const [offset, length] = [Number(params.offset), Number(params.bytes)];
    assert.ok(offset >= 0 && length > 0 && offset + length <= bytes.length, `${offset} + ${length} of ${bytes.length}`);
  }
  const isTold = (at: number) =>
    details.warnings.some(
      ({ code, params }) =>
        code.startsWith('journal-') &&
        params.file === `runs/${run.id}/${journalName}` &&
        (params.offset === undefined ||
          (Number(params.offset) <= at && at < Number(params.offset) + Number(params.bytes))),
    );
  for (const { start, text } of frames(run.journal)) {
    if (text !== undefined && parsed(text) !== undefined) continue;
    assert.ok(isTold(start), `nothing is said of the damage at ${start}`);
  }
}

function valuesOf(store: Store, id: string, name: string): Set<string> {
  try {
    const { steps, values } = points(store, id, name);
    return new Set([...values].map((value, index) => `${steps[index]} ${value}`));
  } catch (error) {
    if ((error as { code?: string }).code === 'metric-missing') return new Set();
    throw error;
  }
}

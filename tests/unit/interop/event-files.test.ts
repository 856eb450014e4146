import assert from 'node:assert/strict';
import { appendFileSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { array, assert as check, constantFrom, integer, property, record } from 'fast-check';
import type { MediaContent } from '../../../src/contract/media.ts';
import { crc32c, maskedCrc32c } from '../../../src/interop/event-files/crc32c.ts';
import { eventFileReader } from '../../../src/interop/event-files/reader.ts';
import { halfFloat } from '../../../src/interop/event-files/tensor.ts';
import type { EventItem } from '../../../src/tracking/index.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/event-files');
const names = globSync('*.tfevents', { cwd: fixtures }).map((name) => basename(name, '.tfevents'));

type Place = [step: number, wallTime: number];
interface Said {
  scalars: Record<string, [...Place, number | string][]>;
  images: Record<string, [...Place, number, number, string][]>;
  histograms: Record<string, [...Place, number[][]][]>;
  texts: Record<string, [...Place, string][]>;
  params: Record<string, unknown>;
  others: Record<string, number>;
}

interface Read {
  items: (EventItem & { start: number; content?: MediaContent | undefined })[];
  torn: { start: number; end: number }[];
  consumed: number;
}

/** Everything in a file, read `bytes` at a time. */
function readAll(path: string, bytes = 64 * 1024): Read {
  const plugins = new Map<string, string>();
  const all: Read = { items: [], torn: [], consumed: 0 };
  for (;;) {
    const slice = eventFileReader.read(path, all.consumed, bytes, plugins);
    for (const { start, items } of slice.events) {
      let media = 0;
      for (const item of items) {
        const place = { ...item, start: slice.offset + start };
        if (item.kind !== 'media') all.items.push(place);
        else all.items.push({ ...place, content: eventFileReader.readMedia(path, place.start, media++, plugins) });
      }
    }
    all.torn.push(...slice.torn.map(({ start, end }) => ({ start: start + slice.offset, end: end + slice.offset })));
    all.consumed += slice.consumed;
    if (slice.consumed === 0) return all;
  }
}

function said(read: Read): Said {
  const said: Said = { scalars: {}, images: {}, histograms: {}, texts: {}, params: {}, others: {} };
  for (const item of read.items) {
    if (item.kind === 'params') Object.assign(said.params, item.values);
    else if (item.kind === 'skipped') said.others[item.what] = (said.others[item.what] ?? 0) + 1;
    else {
      const place: Place = [item.step, item.time];
      if (item.kind === 'scalar') {
        const value = Number.isFinite(item.value) ? item.value : String(item.value);
        said.scalars[item.tag] = [...(said.scalars[item.tag] ?? []), [...place, value]];
      } else if (item.content?.kind === 'image') {
        const { width, height, bytes } = item.content;
        const shown = Buffer.from(bytes).toString('base64');
        said.images[item.tag] = [...(said.images[item.tag] ?? []), [...place, width, height, shown]];
      } else if (item.content?.kind === 'histogram') {
        const { left, right, counts } = item.content.histogram;
        const rows = left.map((edge, index) => [edge, right[index] as number, counts[index] as number]);
        said.histograms[item.tag] = [...(said.histograms[item.tag] ?? []), [...place, rows]];
      } else if (item.content?.kind === 'text') {
        said.texts[item.tag] = [...(said.texts[item.tag] ?? []), [...place, item.content.text]];
      }
    }
  }
  return said;
}

/** TensorBoard turns the histograms of TensorFlow 1 into 32 bits, and tells times in seconds. */
function comparable(one: Said, times: (time: number) => number): Said {
  const timed = <T extends unknown[]>(all: Record<string, T[]>) =>
    Object.fromEntries(
      Object.entries(all).map(([tag, rows]) => [
        tag,
        rows.map(([step, time, ...rest]) => [step, times(time as number), ...rest]),
      ]),
    ) as unknown as Record<string, T[]>;
  const histograms = Object.fromEntries(
    Object.entries(one.histograms).map(([tag, all]) => [
      tag,
      all.map(
        ([step, time, rows]) => [step, time, rows.map((row) => row.map(Math.fround))] as [number, number, number[][]],
      ),
    ]),
  );
  return {
    ...one,
    scalars: timed(one.scalars),
    images: timed(one.images),
    histograms: timed(histograms),
    texts: timed(one.texts),
  };
}

describe('event files', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'trainyard-events-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const fixture = (name: string) => join(fixtures, `${name}.tfevents`);
  const written = (bytes: Uint8Array) => {
    const path = join(folder, 'a.tfevents');
    writeFileSync(path, bytes);
    return path;
  };

  it('are checked by the sum that RFC 3720 gives examples of', () => {
    assert.equal(crc32c(Buffer.alloc(32)), 0x8a9136aa);
    assert.equal(crc32c(Buffer.alloc(32, 0xff)), 0x62a8ab43);
    assert.equal(crc32c(Buffer.from('123456789')), 0xe3069283);
    assert.equal(maskedCrc32c(Buffer.alloc(0)), 0xa282ead8);
  });

  it('hold halves of every kind', () => {
    assert.deepEqual([0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00, 0xfc00, 0x8000].map(halfFloat), [
      1,
      -2,
      2 ** -24,
      65504,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      -0,
    ]);
    assert.ok(Number.isNaN(halfFloat(0x7e00)));
  });

  assert.ok(names.length >= 4);
  for (const name of names) {
    it(`say what TensorBoard’s own reader says: ${name}`, () => {
      const expected = JSON.parse(readFileSync(join(fixtures, `${name}.json`), 'utf8')) as Said;
      const read = readAll(fixture(name));
      assert.deepEqual(read.torn, []);
      assert.deepEqual(
        comparable(said(read), (time) => time),
        comparable(expected, (time) => Math.round(time * 1e6)),
      );
    });

    it(`say the same however they are cut: ${name}`, () => {
      const whole = readAll(fixture(name));
      assert.equal(whole.consumed, readFileSync(fixture(name)).length);
      for (const bytes of [1, 100, 1000]) assert.deepEqual(said(readAll(fixture(name), bytes)), said(whole));
    });
  }

  it('wait for the rest of an event that is being written', () => {
    const bytes = readFileSync(fixture('tensorboardx'));
    const path = written(bytes.subarray(0, 0));
    const plugins = new Map<string, string>();
    let offset = 0;
    let scalars = 0;
    for (let end = 0; end < bytes.length; end += 7) {
      appendFileSync(path, bytes.subarray(end, end + 7));
      const slice = eventFileReader.read(path, offset, 64 * 1024, plugins);
      assert.deepEqual(slice.torn, []);
      offset += slice.consumed;
      scalars += slice.events.flatMap(({ items }) => items).filter(({ kind }) => kind === 'scalar').length;
    }
    assert.deepEqual([offset, scalars], [bytes.length, 10]);
  });

  it('lose only the damaged record', () => {
    const bytes = Buffer.from(readFileSync(fixture('torch')));
    const whole = readAll(fixture('torch'));
    const hit = whole.items[20]?.start as number;
    bytes[hit + 14] = (bytes[hit + 14] as number) ^ 0xff;
    const read = readAll(written(bytes));
    assert.deepEqual(read.torn, [{ start: hit, end: whole.items[21]?.start as number }]);
    assert.equal(read.items.length, whole.items.length - 1);
  });

  it('go on after bytes that were lost, and after a length that is damaged', () => {
    const bytes = readFileSync(fixture('torch'));
    const whole = readAll(fixture('torch'));
    const [from, to] = [20, 22].map((index) => whole.items[index]?.start as number) as [number, number];
    const cut = readAll(written(Buffer.concat([bytes.subarray(0, from + 5), bytes.subarray(to)])));
    assert.deepEqual(cut.torn, [{ start: from, end: from + 5 }]);
    assert.equal(cut.items.length, whole.items.length - 2);
    const huge = Buffer.from(bytes);
    huge.writeBigUInt64LE(2n ** 60n, from);
    huge.writeUInt32LE(maskedCrc32c(huge, from, from + 8), from + 8);
    const read = readAll(written(huge));
    assert.deepEqual(read.torn, [{ start: from, end: whole.items[21]?.start as number }]);
    assert.equal(read.items.length, whole.items.length - 1);
  });

  it('never crash, stop or take much memory, whatever is in them', () => {
    const originals = names.map((name) => readFileSync(fixture(name)));
    const change = record({ at: integer({ min: 0, max: 40_000 }), byte: integer({ min: 0, max: 255 }) });
    check(
      property(
        constantFrom(...originals),
        array(change, { minLength: 1, maxLength: 30 }),
        integer({ min: 0, max: 400 }),
        (original, changes, lost) => {
          const bytes = Buffer.from(original.subarray(0, original.length - lost));
          for (const { at, byte } of changes) bytes[at % bytes.length] = byte;
          const read = readAll(written(bytes), 2000);
          assert.ok(read.consumed <= bytes.length);
          for (const { start, end } of read.torn) assert.ok(start < end && end <= bytes.length);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('may hold any message under a good sum', () => {
    const originals = names.map((name) => readFileSync(fixture(name)));
    const change = record({ at: integer({ min: 0, max: 40_000 }), byte: integer({ min: 0, max: 255 }) });
    check(
      property(constantFrom(...originals), array(change, { minLength: 1, maxLength: 60 }), (original, changes) => {
        const bytes = Buffer.from(original);
        for (const { at, byte } of changes) bytes[at % bytes.length] = byte;
        for (let at = 0; at + 16 <= bytes.length; ) {
          const length = original.readUInt32LE(at);
          bytes.writeBigUInt64LE(BigInt(length), at);
          bytes.writeUInt32LE(maskedCrc32c(bytes, at, at + 8), at + 8);
          bytes.writeUInt32LE(maskedCrc32c(bytes, at + 12, at + 12 + length), at + 12 + length);
          at += length + 16;
        }
        assert.equal(readAll(written(bytes), 5000).consumed, bytes.length);
      }),
      { numRuns: 300 },
    );
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { exactJson, parseJson } from '../../../src/base/json.ts';
import { type MetricRecord, parseMetricRecord } from '../../../src/contract/journal.ts';
import { scanMetrics } from '../../../src/tracking/scan-metrics.ts';

const known = new Set([0, 1, 2, 17]);

function scanned(text: string): { end: number; records: MetricRecord[] } {
  const records: MetricRecord[] = [];
  const end = scanMetrics(Buffer.from(text), 0, {
    knows: (id) => known.has(id),
    take(elapsed, step, ids, values, count) {
      const pairs = Array.from({ length: count }, (_, index): [number, number] => [
        ids[index] as number,
        values[index] as number,
      ]);
      records.push({ elapsed, step, values: pairs });
    },
  });
  return { end, records };
}

const framed = (json: string) => `\u001e${json}\n`;

const anyValue = fc.oneof(
  { weight: 4, arbitrary: fc.double() },
  { weight: 2, arbitrary: fc.integer() },
  fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);
const anyRecord = fc
  .tuple(
    fc.nat(1e12),
    fc.maxSafeInteger(),
    fc.array(fc.tuple(fc.constantFrom(...known), anyValue), { minLength: 1, maxLength: 6 }),
  )
  .map(([elapsed, step, pairs]) => [elapsed, step, ...pairs.flat()]);

/** Texts that are almost metric records. */
const anyText = fc.oneof(
  anyRecord.map((record) => exactJson(record)),
  anyRecord.map((record) => exactJson(record, 1).replaceAll('\n', ' ')),
  fc
    .tuple(anyRecord, fc.nat(60), fc.constantFrom('', ',', ']', '[', '0', '-', '.', 'e', '"', '3', 'x', ' ', '"NaN"'))
    .map(([record, at, put]) => {
      const text = exactJson(record);
      return text.slice(0, at) + put + text.slice(at + 1);
    }),
  fc
    .array(fc.oneof(anyValue, fc.constantFrom('NaN', 'nan', '1', null, true)), { maxLength: 7 })
    .map((items) => exactJson(items)),
  fc.json(),
);

describe('metric records read by hand', () => {
  it('say what they say to JSON.parse, or are left to it', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { end, records } = scanned(framed(text));
        if (end === 0) {
          assert.deepEqual(records, []);
          return;
        }
        const parsed = parseJson(text);
        assert.ok(Array.isArray(parsed), text);
        assert.deepEqual(records, [parseMetricRecord(parsed)]);
      }),
      { numRuns: 10_000 },
    );
  });

  it('are read one after the other as programs write them', () => {
    fc.assert(
      fc.property(fc.array(anyRecord), fc.nat(60), (list, cut) => {
        const whole = list.map((record) => framed(exactJson(record))).join('');
        const tail = framed('[1,2,0,0.5,17,"NaN"]').slice(0, cut);
        const isWhole = tail.endsWith('\n');
        const { end, records } = scanned(whole + tail);
        const expected = list.map((record) => parseMetricRecord(JSON.parse(exactJson(record))));
        if (isWhole)
          expected.push({
            elapsed: 1,
            step: 2,
            values: [
              [0, 0.5],
              [17, Number.NaN],
            ],
          });
        assert.deepEqual(records, expected);
        assert.equal(end, Buffer.byteLength(isWhole ? whole + tail : whole));
      }),
    );
  });

  it('are left alone where a name number has no name', () => {
    assert.equal(scanned(framed('[1,2,0,1,3,1]')).end, 0);
    assert.equal(scanned(framed('[1,2,0.5,1]')).end, 0);
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { encodeRecord, splitRecords } from '../../../src/base/records.ts';

const texts = (bytes: Buffer) => splitRecords(bytes).records.map((record) => JSON.parse(record.text));

describe('records', () => {
  it('gives back what was written, whatever JSON it is', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (values) => {
        const bytes = Buffer.concat(values.map(encodeRecord));
        const split = splitRecords(bytes);
        assert.deepEqual(
          split.records.map((record) => record.text),
          values.map((value) => JSON.stringify(value)),
        );
        assert.equal(split.consumed, bytes.length);
        assert.deepEqual(split.torn, []);
      }),
    );
  });

  it('leaves a record alone that is still being written', () => {
    const whole = encodeRecord({ a: 1 });
    const next = encodeRecord({ b: 2 });
    for (let cut = 0; cut < next.length; cut++) {
      const split = splitRecords(Buffer.concat([whole, next.subarray(0, cut)]));
      assert.equal(split.records.length, 1);
      assert.equal(split.consumed, whole.length);
    }
  });

  it('loses nothing but the torn record itself', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const torn = encodeRecord({ torn: 'x'.repeat(seed % 50) });
        const cut = torn.subarray(0, seed % torn.length);
        const bytes = Buffer.concat([encodeRecord(1), cut, encodeRecord(2), encodeRecord(3)]);
        assert.deepEqual(texts(bytes), [1, 2, 3]);
      }),
    );
  });

  it('says where garbage stood', () => {
    const bytes = Buffer.concat([Buffer.from('garbage\n'), encodeRecord('kept')]);
    const split = splitRecords(bytes);
    assert.deepEqual(split.torn, [{ start: 0, end: 8 }]);
    assert.equal(split.records[0]?.start, 8);
  });
});

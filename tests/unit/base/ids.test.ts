import assert from 'node:assert/strict';
import { isId, newId } from '../../../src/base/ids.ts';

describe('newId', () => {
  it('sorts by time and says its time as RFC 9562 lays it out', () => {
    const time = Date.UTC(2026, 10, 21);
    const ids = [0, 1, 1000, 10_000_000].map((later) => newId(time + later));
    assert.deepEqual([...ids].sort(), ids);
    assert.equal(Number.parseInt((ids[0] as string).replace('-', '').slice(0, 12), 16), time);
  });

  it('is an id, and different each time', () => {
    const ids = Array.from({ length: 1000 }, () => newId(1));
    assert.ok(ids.every(isId));
    assert.equal(new Set(ids).size, ids.length);
  });

  it('knows what is none', () => {
    for (const text of ['', '..', '../../x', `${newId()}/`, newId().toUpperCase()])
      assert.equal(isId(text), false, text);
  });
});

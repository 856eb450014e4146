import assert from 'node:assert/strict';
import { isoTime, nowMicros } from '../../../src/base/time.ts';

describe('time', () => {
  it('follows the clock of the machine after it slept or was set', () => {
    const { now } = Date;
    try {
      for (const away of [3_600_000, -3_600_000, 0]) {
        Date.now = () => now() + away;
        assert.ok(Math.abs(nowMicros() / 1000 - Date.now()) < 1000, `${away}`);
      }
    } finally {
      Date.now = now;
    }
  });

  it('is written with milliseconds, rounded down', () => {
    assert.equal(isoTime(1_790_000_000_123_999), '2026-09-21T14:13:20.123Z');
  });
});

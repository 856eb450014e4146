import assert from 'node:assert/strict';
import { hookedCalls, hooking, windowLaunching } from '../../../bench/launching.ts';
import { killing, logging } from '../../../bench/logging.ts';
import { measureAll } from '../../../bench/main.ts';
import { plainPython } from '../../../bench/peers.ts';
import { filtering, ingesting, looking } from '../../../bench/reading.ts';
import { figure, reached, table } from '../../../bench/table.ts';

const nobody = async () => ({ python: plainPython, installed: [], missing: [] });
const tiny = 0.001;

describe('the bench', () => {
  it('measures logging, and loses no point of a killed script', async function () {
    this.timeout(60_000);
    const { rows, failed } = await measureAll([logging, killing], nobody, tiny);
    assert.deepEqual(failed, []);
    assert.deepEqual(
      rows.map((row) => [row.what, row.unit]),
      [
        ['log(1 metric)', 'µs'],
        ['log(1 metric), until all of it is written', 'µs'],
        ['on the disk for a point, as logged', 'bytes'],
        ['log(5 metrics)', 'µs'],
        ['log(5 metrics), until all of it is written', 'µs'],
        ['log(20 metrics)', 'µs'],
        ['log(20 metrics), until all of it is written', 'µs'],
        ['lost of 10 points by SIGKILL', 'points'],
      ],
    );
    assert.equal(rows.at(-1)?.ours, 0);
    assert.ok(rows.slice(0, -1).every(({ ours }) => ours > 0));
  });

  it('measures reading', async function () {
    this.timeout(60_000);
    const { rows, failed } = await measureAll([ingesting, looking, filtering], nobody, tiny);
    assert.deepEqual(failed, []);
    assert.deepEqual(
      rows.map((row) => row.unit),
      ['million/s', 'million/s', 'million/s', 'million/s', 'bytes', 'bytes', 'ms', 'ms', 'ms'],
    );
    assert.ok(rows.every(({ ours }) => ours > 0));
  });

  it('measures a launch from the window, and what the hook adds', async function () {
    this.timeout(60_000);
    const { rows, failed } = await measureAll([windowLaunching, hooking, hookedCalls], nobody, tiny);
    assert.deepEqual(failed, []);
    assert.deepEqual(
      rows.slice(0, 2).map((row) => [row.what, row.unit]),
      [
        ['launch from a window until the script runs', 'ms'],
        ['start-up hook in each Python of a run', 'ms'],
      ],
    );
    assert.ok((rows[0]?.ours ?? 0) > 0);
    const jobs = rows.slice(2);
    assert.ok(jobs.length > 10);
    for (const { what, unit, ours } of jobs) {
      assert.match(what, /^hook: /);
      assert.equal(unit, '%');
      assert.ok(Number.isFinite(ours));
    }
  });

  it('goes on where one of the measures fails, and says so', async () => {
    const run = () => Promise.reject(new Error('no way\nat all'));
    const print = console.error;
    console.error = () => undefined;
    try {
      const { rows, failed } = await measureAll([{ name: 'broken', about: 'nothing', run }], nobody, tiny);
      assert.deepEqual([rows, failed], [[], ['broken: no way']]);
    } finally {
      console.error = print;
    }
  });

  it('writes a table that says what was reached', () => {
    const row = { what: 'log', unit: 'µs' as const, ours: 2.345678, goal: { most: 2 }, peers: { slow: 23.45678 } };
    assert.equal(reached(row), false);
    assert.equal(reached({ ...row, goal: { least: 2 } }), true);
    assert.match(table([row]), /\| log \| µs \| ≤ 2 \| 2\.35 \(missed\) \| 23\.5 \| 10× \|$/);
    assert.deepEqual([12, 123.4, 0.012345, undefined].map(figure), ['12', '123', '0.0123', '']);
  });
});

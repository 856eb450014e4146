import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { array, assert as check, constantFrom, property, string, tuple } from 'fast-check';
import { hashFile, sampleRanges } from '../../../src/supervisor/hash-file.ts';
import { makePace } from '../../../src/supervisor/pace.ts';
import { planKeeping } from '../../../src/supervisor/plan-keeping.ts';

const mebibyte = 1 << 20;
const cwd = '/work';
const candidate = (path: string, bytes: number, modified = 0, what: 'model' | 'figure' = 'model') => ({
  path,
  what,
  bytes,
  modified,
});

describe('which outputs are copied', () => {
  it('are the newest that there is room for, and none that is too large', () => {
    const plan = planKeeping(
      [
        candidate('/work/1.pt', 40 * mebibyte, 1),
        candidate('/work/2.pt', 40 * mebibyte, 2),
        candidate('/work/3.pt', 40 * mebibyte, 3),
        candidate('/work/huge.pt', 3_000 * mebibyte, 4),
        candidate('/work/huge.png', 60 * mebibyte, 5, 'figure'),
        candidate('/work/small.png', 10, 0, 'figure'),
      ],
      cwd,
      1_000 * mebibyte,
    );
    assert.deepEqual([...plan.names.keys()], ['/work/3.pt', '/work/2.pt', '/work/small.png']);
    assert.deepEqual(
      plan.large.map(({ path, limit }) => [path, limit]),
      [
        ['/work/huge.png', 50 * mebibyte],
        ['/work/huge.pt', 2_048 * mebibyte],
      ],
    );
    assert.equal(plan.crowded, 1);
  });

  it('have names that stay inside, one each', () => {
    const part = constantFrom(
      '..',
      '.',
      'a',
      'A',
      'model.pt',
      'a\nb',
      'c:d',
      'e\\f',
      '\u202ex',
      '.hidden',
      'dot.',
      'é',
    );
    const path = tuple(array(part, { minLength: 1, maxLength: 4 }), string({ maxLength: 3 })).map(
      ([parts, end]) =>
        `/work/${parts.filter((one) => one !== '..' && one !== '.').join('/')}${end.replaceAll(/[/\0]/g, '')}x`,
    );
    check(
      property(array(path, { maxLength: 12 }), (paths) => {
        const unique = [...new Set(paths)];
        const { names } = planKeeping(
          unique.map((one) => candidate(one, 1)),
          cwd,
          mebibyte,
        );
        assert.equal(names.size, unique.length);
        for (const name of names.values()) {
          assert.ok(name !== '' && !name.startsWith('/') && !/[\\\p{Cc}]/u.test(name), name);
          assert.ok(!name.split('/').some((one) => one === '' || one === '.' || one === '..'), name);
        }
      }),
    );
  });
});

describe('the hash of a file', () => {
  let folder: string;
  const pace = makePace(new AbortController().signal);
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'trainyard-hash-'));
    pace.hurry();
  });
  after(() => rmSync(folder, { recursive: true }));

  const content = Buffer.alloc(5 * mebibyte, 'some bytes that repeat');
  const limits = (whole: number, left = 1e12) => ({ whole, left, small: mebibyte });

  it('is that of all bytes, or of the parts that docs/journal.md names', async () => {
    const path = join(folder, 'large');
    writeFileSync(path, content);
    const whole = await hashFile(path, limits(1e9), pace);
    assert.ok(!('problem' in whole));
    assert.deepEqual([whole.sha256, whole.sampled], [createHash('sha256').update(content).digest('hex'), false]);
    const sampled = await hashFile(path, limits(4 * mebibyte), pace);
    const hash = createHash('sha256').update(`trainyard-sample-1 ${content.length}\n`);
    hash.update(content.subarray(0, mebibyte));
    for (let k = 1; k <= 64; k++) {
      const start = Math.floor((k * (content.length - 65_536)) / 65);
      hash.update(content.subarray(start, start + 65_536));
    }
    hash.update(content.subarray(-mebibyte));
    assert.ok(!('problem' in sampled));
    assert.deepEqual([sampled.sha256, sampled.sampled], [hash.digest('hex'), true]);
  });

  it('is of a sample, too, when much has been read already', async () => {
    const path = join(folder, 'much');
    writeFileSync(path, content);
    const all = limits(1e9, 6 * mebibyte);
    const first = await hashFile(path, all, pace);
    const second = await hashFile(path, all, pace);
    assert.deepEqual(
      [first, second].map((one) => 'sampled' in one && one.sampled),
      [false, true],
    );
    assert.equal(all.left, mebibyte);
  });

  it('is said to be none where there is no such file, or no regular one', async () => {
    assert.deepEqual(await hashFile(join(folder, 'none'), limits(1), pace), { problem: 'gone' });
    assert.deepEqual(await hashFile(folder, limits(1), pace), { problem: 'special' });
  });

  it('reads of a sample no more than it has', () => {
    for (const [start, end] of sampleRanges(3 * mebibyte)) assert.ok(start >= 0 && start < end && end <= 3 * mebibyte);
  });
});

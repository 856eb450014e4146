import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { blockText, encodeBlock, readBlock } from '../../../../src/tracking/sealed/block.ts';
import { openJournal } from '../../../../src/tracking/sealed/journal-source.ts';
import { type SealOutcome, sealJournal } from '../../../../src/tracking/sealed/seal-journal.ts';
import { sealedLength } from '../../../../src/tracking/sealed/sealed-file.ts';
import { anyJournal } from '../../../support/generated-journal.ts';

async function seal(path: string): Promise<SealOutcome> {
  const work = sealJournal(path);
  for (;;) {
    const step = await work.next();
    if (step.done) return step.value;
  }
}

function wholeOf(path: string): Buffer {
  const journal = openJournal(path);
  try {
    return journal.read(0, journal.size);
  } finally {
    journal.close();
  }
}

/** Metric records as a program writes them, about `bytes` of them. */
function longJournal(bytes: number): Buffer {
  const parts: string[] = ['\u001e{"kind":"name","id":0,"name":"loss"}\n\u001e{"kind":"name","id":1,"name":"acc ü"}\n'];
  let length = 0;
  let state = 1;
  for (let step = 0; length < bytes; step++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const pair = step % 100 === 99 ? `0,${step}.5,1,"NaN"` : `0,${Math.sin(state)}`;
    const line = `\u001e[${step * 3 + (state >>> 30)},${step},${pair}]\n`;
    parts.push(step % 5000 === 0 ? `\u001e{"kind":"tag","t":${step},"key":"ü","value":"${step}"}\n${line}` : line);
    length += line.length;
  }
  return Buffer.from(parts.join(''));
}

const root = join(import.meta.dirname, '../../../..');

/** Values as trainings have them: tiny rates, whole floats, integers, NaN, noise, rounded numbers. */
const pythonWriter = `
import random, trainyard
random.seed(1)
for step in range(6000):
    trainyard.log(loss=random.gauss(0, 1))
    trainyard.log({"rate": 1e-3 * 0.999 ** step, "epoch": step // 100, "whole": float(step), "rounded": round(random.random(), 4)}, step=step)
    if step % 100 == 0: trainyard.log({"val/ü": float("nan") if step % 200 else 1e22}, step=step)
trainyard.params(name="ü\\ud800", rate=1e-05)
`;

describe('sealing a journal', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'trainyard-'));
    path = join(folder, 'journal-here-1-2.jsonl');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const sealed = () => path.replace('.jsonl', '.sealed');

  it('keeps every byte of a stretch, whatever stands in it', () => {
    fc.assert(
      fc.property(anyJournal, (stretch) => {
        assert.deepEqual(blockText(readBlock(encodeBlock(stretch))), stretch);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps every byte of a file, and puts the sealed one in its place', async () => {
    await fc.assert(
      fc.asyncProperty(anyJournal, async (bytes) => {
        rmSync(sealed(), { force: true });
        writeFileSync(path, bytes);
        assert.equal(await seal(path), 'sealed');
        assert.deepEqual(readdirSync(folder), ['journal-here-1-2.sealed']);
        assert.equal(sealedLength(sealed()), bytes.length);
        assert.deepEqual(wholeOf(path), bytes);
      }),
      { numRuns: 100 },
    );
  });

  for (const megabytes of [0.004, 1, 20]) {
    it(`keeps ${megabytes} MB, block by block, in a third of the bytes`, async () => {
      const bytes = longJournal(megabytes * 1e6);
      writeFileSync(path, bytes);
      utimesSync(path, 1_700_000_000, 1_700_000_000);
      assert.equal(await seal(path), 'sealed');
      assert.ok(wholeOf(path).equals(bytes));
      const { size, mtimeMs } = statSync(sealed());
      assert.ok(size < bytes.length / 3 + 500, `${size} of ${bytes.length} bytes`);
      assert.equal(mtimeMs, 1_700_000_000_000, 'the time of the last record is that of the file');
      const digest = createHash('sha256').update(bytes).digest('hex');
      assert.equal(readFileSync(sealed()).toString('hex', 32, 64), digest);
    }).timeout(120_000);
  }

  it('keeps what the Python side writes, its numbers in few bytes', async () => {
    const python = process.platform === 'win32' ? 'python' : 'python3';
    const environment = {
      ...process.env,
      PYTHONPATH: join(root, 'python'),
      TRAINYARD_RUN: 'r',
      TRAINYARD_RUN_DIR: folder,
    };
    execFileSync(python, ['-c', pythonWriter], { env: environment });
    const [name = ''] = readdirSync(folder).filter((one) => one.startsWith('journal-'));
    const bytes = readFileSync(join(folder, name));
    assert.equal(await seal(join(folder, name)), 'sealed');
    assert.ok(wholeOf(join(folder, name)).equals(bytes));
    const { size } = statSync(join(folder, name.replace('.jsonl', '.sealed')));
    const pairs = 6000 * 5 + 60;
    assert.ok(size < 7 * pairs, `${size} bytes for ${pairs} values`);
  });

  it('keeps a record that is longer than many blocks, and a stretch without any', async () => {
    const long = `\u001e${JSON.stringify({ kind: 'params', t: 1, source: 'client', values: { text: 'ü\n'.repeat(500_000) } })}\n`;
    const bytes = Buffer.concat([
      longJournal(300_000),
      Buffer.from(long),
      longJournal(300_000),
      Buffer.alloc(2_000_000),
    ]);
    writeFileSync(path, bytes);
    assert.equal(await seal(path), 'sealed');
    assert.ok(wholeOf(path).equals(bytes));
  });

  it('reads from any place as the journal itself did', async () => {
    const bytes = longJournal(600_000);
    writeFileSync(path, bytes);
    assert.equal(await seal(path), 'sealed');
    const journal = openJournal(path);
    for (const place of [0, 1, 64 * 1024, 128 * 1024 - 3, 300_000, bytes.length - 10, bytes.length, bytes.length + 5]) {
      assert.ok(journal.read(place, 200_000).equals(bytes.subarray(place, place + 200_000)), `at ${place}`);
    }
    journal.close();
  });

  it('may stop at any moment: what is there says the same, and sealing again ends well', async () => {
    const bytes = longJournal(400_000);
    const steps: string[] = [];
    for (let stop = 0; ; stop++) {
      rmSync(sealed(), { force: true });
      writeFileSync(path, bytes);
      const work = sealJournal(path);
      let ended = false;
      for (let step = 0; step <= stop && !ended; step++) {
        const next = await work.next();
        ended = next.done === true;
        if (step === stop && !ended) steps.push(String(next.value));
      }
      assert.ok(wholeOf(path).equals(bytes), `after step ${stop}`);
      assert.equal(ended, !existsSync(path));
      if (ended) break;
      assert.equal(await seal(path), 'sealed');
      assert.ok(wholeOf(path).equals(bytes));
      assert.equal(existsSync(path), false);
    }
    assert.deepEqual([...new Set(steps)], ['packed', 'written', 'compared', 'verified', 'renamed']);
  });

  it('leaves a journal that grows meanwhile', async () => {
    const bytes = longJournal(400_000);
    writeFileSync(path, bytes);
    const work = sealJournal(path);
    for (let step = await work.next(); step.value !== 'verified'; step = await work.next()) assert.ok(!step.done);
    writeFileSync(path, '\u001e[1,2,0,3]\n', { flag: 'a' });
    assert.deepEqual(await work.next(), { done: true, value: 'kept' });
    assert.deepEqual(readdirSync(folder), ['journal-here-1-2.jsonl']);
  });

  it('writes nothing over a sealed file that says something else, but over one that is damaged', async () => {
    writeFileSync(path, longJournal(5000));
    await seal(path);
    const other = readFileSync(sealed());
    writeFileSync(path, longJournal(9000));
    assert.equal(await seal(path), 'kept');
    assert.ok(existsSync(path));
    assert.deepEqual(readFileSync(sealed()), other);
    truncateSync(sealed(), other.length - 1);
    assert.equal(await seal(path), 'sealed');
    assert.ok(wholeOf(path).equals(longJournal(9000)));
  });
});

describe('a sealed journal that is damaged', () => {
  let folder: string;
  let path: string;
  const bytes = longJournal(500_000);
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'trainyard-'));
    path = join(folder, 'journal-here-1-2.jsonl');
    writeFileSync(path, bytes);
    await seal(path);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is an error that says so, or zeros in place of single blocks; all else is as it was', () => {
    const sealed = path.replace('.jsonl', '.sealed');
    const whole = `${sealed}.whole`;
    copyFileSync(sealed, whole);
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (place, change) => {
        const damaged = readFileSync(whole);
        const at = place % damaged.length;
        damaged[at] = (damaged[at] as number) ^ change;
        writeFileSync(sealed, damaged);
        utimesSync(sealed, place % 1e9, place % 1e9);
        let read: Buffer;
        try {
          read = wholeOf(path);
        } catch (error) {
          assert.match((error as Error).message, /^The sealed journal is damaged: /);
          assert.equal((error as NodeJS.ErrnoException).code, 'EBADMSG');
          return;
        }
        assert.equal(read.length, bytes.length);
        const wrong = read.findIndex((byte, index) => byte !== bytes[index] && byte !== 0);
        assert.equal(wrong, -1);
      }),
      { numRuns: 60 },
    );
  });

  it('is an error wherever it ends too early', () => {
    const sealed = path.replace('.jsonl', '.sealed');
    const { size } = statSync(sealed);
    for (const length of [size - 1, size >> 1, 71, 8, 0]) {
      truncateSync(sealed, length);
      assert.throws(() => openJournal(path), { code: 'EBADMSG' });
      assert.equal(sealedLength(sealed), undefined);
    }
  });
});

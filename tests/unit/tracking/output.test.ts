import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { encodeRecord } from '../../../src/base/records.ts';
import type { OutputChunk, OutputCursor, OutputPage } from '../../../src/contract/run.ts';
import { incompleteCharacter } from '../../../src/tracking/fold-output.ts';
import { type OutputRequest, readOutput } from '../../../src/tracking/index.ts';

describe('what a run printed', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'trainyard-output-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const print = (stream: 'stdout' | 'stderr', content: string | Uint8Array) =>
    appendFileSync(join(directory, `${stream}.log`), content);
  const mark = (stdout: number, stderr: number) =>
    appendFileSync(join(directory, 'supervisor.jsonl'), encodeRecord({ kind: 'output', t: 1, stdout, stderr }));
  const end = () =>
    appendFileSync(
      join(directory, 'supervisor.jsonl'),
      encodeRecord({
        kind: 'exit',
        t: 2,
        code: 0,
        signal: null,
        stopped: false,
        error: null,
        cpuSeconds: null,
        peakMemoryBytes: null,
      }),
    );
  const page = (request: Partial<OutputRequest> = {}) => readOutput(directory, { stream: 'stdout', ...request });
  const textOf = (chunks: OutputChunk[]) => chunks.map((chunk) => chunk.text).join('');
  const pairs = ({ chunks }: OutputPage) => chunks.map(({ stream, text }) => [stream, text]);

  /** Reads page after page to the end. */
  const readAll = async (limit: number, stream: OutputRequest['stream'] = 'stdout') => {
    const chunks: OutputChunk[] = [];
    let from: OutputCursor | undefined;
    for (let atEnd = false; !atEnd; ) {
      const read: OutputPage = await readOutput(directory, { stream, from, limit });
      chunks.push(...read.chunks);
      assert.ok(read.atEnd || JSON.stringify(read.next) !== JSON.stringify(from), 'each page goes on');
      ({ next: from, atEnd } = read);
    }
    return chunks;
  };

  /** What a page shows that lets a chunk's first `\r` write over the line. */
  const shown = (chunks: OutputChunk[]) => {
    let text = '';
    for (const chunk of chunks) {
      const isOver = chunk.text.startsWith('\r');
      text = (isOver ? text.slice(0, text.lastIndexOf('\n') + 1) : text) + chunk.text.slice(isOver ? 1 : 0);
    }
    assert.ok(!text.includes('\r'));
    return text;
  };

  it('of a run without output is nothing', async () => {
    assert.deepEqual(await page({ stream: 'both' }), {
      chunks: [],
      next: { stdout: 0, stderr: 0 },
      atEnd: true,
      totalBytes: { stdout: 0, stderr: 0 },
    });
  });

  it('comes in pages that go on where the last one ended', async () => {
    print('stdout', 'one\n'.repeat(40));
    const first = await page({ limit: 64 });
    assert.deepEqual([textOf(first.chunks), first.atEnd], ['one\n'.repeat(16), false]);
    assert.deepEqual(first.totalBytes, { stdout: 160, stderr: 0 });
    assert.equal(textOf(await readAll(64)), 'one\n'.repeat(40));
    const last = await page({ from: { stdout: 160, stderr: 0 } });
    assert.deepEqual([last.chunks, last.atEnd], [[], true]);
    print('stdout', 'more\n');
    assert.equal(textOf((await page({ from: last.next })).chunks), 'more\n');
  });

  it('survives borders of pages within characters, however the text is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme', minLength: 50, maxLength: 400 }).filter((text) => !/[\p{Cc}]/u.test(text)),
        fc.integer({ min: 64, max: 90 }),
        async (text, limit) => {
          writeFileSync(join(directory, 'stdout.log'), text);
          assert.equal(textOf(await readAll(limit)), text);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('waits for the rest of a character, and shows what never came when the run has ended', async () => {
    const snowman = Buffer.from('☃');
    print('stdout', Buffer.concat([Buffer.from('a'), snowman.subarray(0, 2)]));
    const first = await page();
    assert.deepEqual([textOf(first.chunks), first.next.stdout, first.atEnd], ['a', 1, true]);
    print('stdout', snowman.subarray(2));
    const second = await page({ from: first.next });
    assert.equal(textOf(second.chunks), '☃');
    print('stdout', snowman.subarray(0, 2));
    end();
    const third = await page({ from: second.next });
    assert.deepEqual([textOf(third.chunks), third.next.stdout], ['\ufffd', 6]);
  });

  it('keeps only as many bytes back as a decoder would', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 6 }), (bytes) => {
        const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
        const early = decoder.decode(bytes, { stream: true });
        const settled = Buffer.from(bytes).subarray(0, bytes.length - incompleteCharacter(Buffer.from(bytes)));
        assert.equal(new TextDecoder('utf-8', { ignoreBOM: true }).decode(settled), early);
      }),
      { numRuns: 3_000 },
    );
    for (const [text, held] of [
      ['e2 98', 2],
      ['f0 9f 98', 3],
      ['c3', 1],
      ['e0 80', 0],
      ['ff', 0],
      ['e2 98 83', 0],
    ] as const)
      assert.equal(incompleteCharacter(Buffer.from(text.replaceAll(' ', ''), 'hex')), held, text);
  });

  it('shows binary as replacement characters, and keeps escapes for colours', async () => {
    print('stdout', new Uint8Array([0, 1, 7, 8, 0x41, 0x9f, 0xff, 0x7f, 0x0a]));
    print('stdout', '\u001b[31mred\u001b[0m\ttab\n\u0085\n');
    end();
    const bad = '\ufffd';
    assert.equal(
      textOf(await readAll(256)),
      `${bad.repeat(4)}A${bad.repeat(3)}\n\u001b[31mred\u001b[0m\ttab\n${bad}\n`,
    );
  });

  it('keeps of a progress bar only its last state, whatever the pages', async () => {
    let bar = 'start\n';
    for (let percent = 0; percent <= 100; percent++) bar += `\r${percent}% ${'█'.repeat(percent / 10)}`;
    bar += '\nend\r\nwindows\r\r\nlast 1\rlast 2\r';
    print('stdout', bar);
    const expected = `start\n100% ${'█'.repeat(10)}\nend\nwindows\nlast 2`;
    for (const limit of [64, 65, 66, 67, 100, 333, 10_000])
      assert.equal(shown(await readAll(limit)), expected, `${limit}`);
    assert.equal(textOf(await readAll(10_000)), expected);
    end();
    assert.equal(shown(await readAll(70)), expected);
  });

  it('of a bar that moves while it is read is written over', async () => {
    print('stdout', 'epoch 1\n 10%');
    const first = await page();
    print('stdout', '\r 20%\r 30%');
    const second = await page({ from: first.next });
    print('stdout', '\r');
    const third = await page({ from: second.next });
    print('stdout', '\nepoch 2\n');
    const fourth = await page({ from: third.next });
    assert.deepEqual(
      [first, second, third, fourth].map(({ chunks }) => textOf(chunks)),
      ['epoch 1\n 10%', '\r 30%', '', '\nepoch 2\n'],
    );
  });

  it('gets through a file of nothing but carriage returns', async () => {
    print('stdout', '\r'.repeat(1_000));
    assert.equal(shown(await readAll(64)), '');
  });

  it('of both streams comes in the order of the marks', async () => {
    print('stdout', 'a\nb\nc\n');
    print('stderr', '1\n2\n');
    mark(2, 0);
    mark(2, 2);
    mark(4, 2);
    assert.deepEqual(pairs(await page({ stream: 'both' })), [
      ['stdout', 'a\n'],
      ['stderr', '1\n'],
      ['stdout', 'b\nc\n'],
      ['stderr', '2\n'],
    ]);
    print('stderr', '3\n');
    mark(6, 4);
    print('stdout', 'd\n');
    const all = [
      ['stdout', 'a\n'],
      ['stderr', '1\n'],
      ['stdout', 'b\nc\n'],
      ['stderr', '2\n'],
      ['stdout', 'd\n'],
      ['stderr', '3\n'],
    ];
    assert.deepEqual(pairs(await page({ stream: 'both' })), all);
    assert.deepEqual(pairs(await page({ stream: 'stderr' })), [['stderr', '1\n2\n3\n']]);
  });

  it('of both streams is the same in small pages', async () => {
    const expected = { stdout: '', stderr: '' };
    for (let turn = 0; turn < 50; turn++) {
      const stream = turn % 3 === 0 ? 'stderr' : 'stdout';
      const text = `${'é'.repeat(turn)}\n`;
      print(stream, text);
      expected[stream] += text;
      mark(Buffer.byteLength(expected.stdout), Buffer.byteLength(expected.stderr));
    }
    const chunks = await readAll(64, 'both');
    for (const stream of ['stdout', 'stderr'] as const)
      assert.equal(textOf(chunks.filter((chunk) => chunk.stream === stream)), expected[stream]);
    assert.equal(textOf(chunks), Array.from({ length: 50 }, (_, turn) => `${'é'.repeat(turn)}\n`).join(''));
  });

  it('can be only its end, from the beginning of a line', async () => {
    print('stdout', Array.from({ length: 100 }, (_, line) => `line ${line}\n`).join(''));
    print('stderr', 'x\n'.repeat(10));
    mark(790, 0);
    mark(790, 20);
    assert.equal(textOf((await page({ tail: 20 })).chunks), 'line 98\nline 99\n');
    assert.deepEqual(pairs(await page({ stream: 'both', tail: 30 })), [
      ['stdout', 'line 99\n'],
      ['stderr', 'x\n'.repeat(10)],
    ]);
    assert.equal(textOf((await page({ tail: 1e9 })).chunks).split('\n').length, 101);
    assert.deepEqual((await page({ tail: 0 })).next, { stdout: 790, stderr: 20 });
  });

  it('of gigabytes is read without reading them', async () => {
    print('stdout', 'first\n');
    truncateSync(join(directory, 'stdout.log'), 3 * 2 ** 30);
    print('stdout', '\nlast line\n');
    const before = process.memoryUsage().rss;
    const { chunks, totalBytes } = await page({ tail: 100 });
    assert.equal(textOf(chunks), 'last line\n');
    assert.equal(totalBytes.stdout, 3 * 2 ** 30 + 11);
    const [head] = (await page({ limit: 64 })).chunks;
    assert.ok(head?.text.startsWith('first\n'));
    assert.ok(process.memoryUsage().rss - before < 100 << 20);
  });

  it('is read again from what is there where a file became shorter', async () => {
    print('stdout', 'long text\n');
    const { next } = await page();
    writeFileSync(join(directory, 'stdout.log'), 'new\n');
    const { chunks, next: after } = await page({ from: next });
    assert.deepEqual([chunks, after.stdout], [[], 4]);
    assert.equal(readFileSync(join(directory, 'stdout.log'), 'utf8'), 'new\n');
  });
});

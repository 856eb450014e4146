import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import type { RunPageCalls } from '../../../src/contract/panel.ts';
import type { OutputPage } from '../../../src/contract/run.ts';
import { createOutputReader } from '../../../webview/run/output-reader.ts';
import { until } from '../../support/until.ts';

type Input = RunPageCalls['output']['input'];

/** Output of one stream, read in pages of at most `limit` characters. */
function log(limit = 64 * 1024) {
  const asked: Input[] = [];
  const file = { text: '', failing: false };
  const fetch = async (input: Input): Promise<OutputPage> => {
    asked.push(input);
    if (file.failing) throw new Error('no');
    const from = input.from?.stdout ?? Math.max(0, file.text.length - (input.tail ?? file.text.length));
    const text = file.text.slice(from, from + limit);
    const next = { stdout: from + text.length, stderr: 0 };
    const chunks = text ? [{ stream: 'stdout' as const, text }] : [];
    return {
      chunks,
      next,
      atEnd: next.stdout === file.text.length,
      totalBytes: { stdout: file.text.length, stderr: 0 },
    };
  };
  return { asked, file, fetch };
}

const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `line ${from + index}\n`).join('');

describe('reading the output', () => {
  it('begins with the end, and follows what is added', async () => {
    const { file, fetch, asked } = log();
    file.text = lines(0, 100_000);
    const reader = createOutputReader(fetch, () => undefined);
    reader.choose('both');
    const last = () => reader.reading().buffer.lines().at(-1)?.text;
    await until('the end is there', () => last() === 'line 99999');
    strictEqual(reader.reading().earlier, 'more');
    ok(reader.reading().buffer.lines().length < 30_000);
    file.text += lines(100_000, 100_002);
    asked.length = 0;
    reader.refresh();
    await until('the new lines are there', () => last() === 'line 100001');
    deepStrictEqual(
      asked.map(({ tail }) => tail),
      [undefined],
    );
  });

  it('loads earlier output until all of it is there', async () => {
    const { file, fetch } = log();
    file.text = lines(0, 100_000);
    const reader = createOutputReader(fetch, () => undefined);
    reader.choose('both');
    await until('the end is there', () => reader.reading().earlier === 'more');
    while (reader.reading().earlier === 'more') {
      const before = reader.reading().buffer;
      reader.loadEarlier();
      await until(
        'there is more',
        () => reader.reading().buffer !== before && reader.reading().buffer.lines().at(-1)?.text === 'line 99999',
      );
    }
    strictEqual(reader.reading().earlier, 'none');
    strictEqual(reader.reading().buffer.lines()[0]?.text, 'line 0');
    strictEqual(reader.reading().buffer.lines().length, 100_000);
  });

  it('skips what it could never catch up with', async () => {
    const { file, fetch } = log();
    file.text = 'start\n';
    const reader = createOutputReader(fetch, () => undefined);
    reader.choose('both');
    await until('the start is there', () => reader.reading().state === 'ready');
    file.text += lines(0, 3_000_000);
    reader.refresh();
    await until('the end is there', () => reader.reading().buffer.lines().at(-1)?.text === 'line 2999999');
    ok(reader.reading().buffer.lines().length < 30_000);
    strictEqual(reader.reading().earlier, 'more');
  });

  it('says that it failed, keeps what it has, and goes on later', async () => {
    const { file, fetch } = log();
    file.text = 'a\n';
    const reader = createOutputReader(fetch, () => undefined);
    reader.choose('both');
    await until('it is read', () => reader.reading().state === 'ready');
    file.failing = true;
    reader.refresh();
    await until('it failed', () => reader.reading().state === 'failed');
    strictEqual(reader.reading().buffer.lines().length, 1);
    file.failing = false;
    file.text += 'b\n';
    reader.refresh();
    await until('it is read again', () => reader.reading().state === 'ready');
    deepStrictEqual(
      reader
        .reading()
        .buffer.lines()
        .map(({ text }) => text),
      ['a', 'b'],
    );
  });
});

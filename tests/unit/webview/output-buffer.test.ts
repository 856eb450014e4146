import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import type { OutputChunk } from '../../../src/contract/run.ts';
import { createOutputBuffer } from '../../../webview/run/output-buffer.ts';
import { createOutputSearch } from '../../../webview/run/output-search.ts';

const out = (text: string): OutputChunk => ({ stream: 'stdout', text });
const err = (text: string): OutputChunk => ({ stream: 'stderr', text });

function texts(...pages: OutputChunk[][]): string[] {
  const buffer = createOutputBuffer(1000);
  for (const page of pages) buffer.append(page);
  return buffer.lines().map(({ text }) => text);
}

describe('the lines of output', () => {
  it('grow where they ended, each stream its own', () => {
    deepStrictEqual(texts([out('a\nb')], [err('warning\n')], [out('c\nd\n')]), ['a', 'bc', 'warning', 'd']);
  });

  it('start over at a carriage return, also over pages', () => {
    deepStrictEqual(texts([out(' 10%\r 20%')], [out('\r 30%\r')], [out('100%\nend\r\n')]), ['100%', 'end']);
  });

  it('are the same however the text is cut into pages', () => {
    const text = 'one\r\ntwo\rthree\n\u001b[31mred\nstill red\u001b[0m\n\nend';
    const whole = createOutputBuffer(1000);
    whole.append([out(text)]);
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 6 }), (cuts) => {
        const buffer = createOutputBuffer(1000);
        const places = [0, ...cuts.sort((a, b) => a - b), text.length];
        for (const [index, from] of places.entries()) buffer.append([out(text.slice(from, places[index + 1] ?? from))]);
        deepStrictEqual(buffer.lines(), whole.lines());
      }),
    );
  });

  it('keep their colour until it ends', () => {
    const buffer = createOutputBuffer(10);
    buffer.append([out('\u001b[31mred\nstill\u001b[0m not\n')]);
    deepStrictEqual(
      buffer.lines().map(({ runs }) => runs),
      [[{ start: 0, end: 3, style: { color: 1 } }], [{ start: 0, end: 5, style: { color: 1 } }]],
    );
  });

  it('say from where on they changed', () => {
    const buffer = createOutputBuffer(10);
    strictEqual(buffer.append([out('a\nb')]), 0);
    strictEqual(buffer.append([out('c\nd\n')]), 1);
    strictEqual(buffer.append([out('e\n')]), 3);
  });

  it('let go of the oldest, never of the newest', () => {
    const buffer = createOutputBuffer(100);
    for (let line = 0; line < 1000; line += 1) buffer.append([out(`${line}\n`)]);
    strictEqual(buffer.lines().length <= 100, true);
    strictEqual(buffer.lines().at(-1)?.text, '999');
    strictEqual(buffer.hasDropped(), true);
    const first = buffer.lines()[0];
    strictEqual(first?.text, String(first?.number));
  });

  it('cut a line that never ends, and count what is missing', () => {
    const buffer = createOutputBuffer(10);
    for (let part = 0; part < 50; part += 1) buffer.append([out('x'.repeat(1000))]);
    buffer.append([out('\rshort\n')]);
    for (let part = 0; part < 50; part += 1) buffer.append([out('y'.repeat(1000))]);
    deepStrictEqual(
      buffer.lines().map(({ text, cut }) => [text.length, cut]),
      [
        [5, 0],
        [20_000, 30_000],
      ],
    );
  });
});

describe('the search in output', () => {
  it('finds a text whatever its case, and goes round', () => {
    const buffer = createOutputBuffer(100);
    buffer.append([out('Loss 1\nacc\nloss LOSS\n')]);
    const search = createOutputSearch();
    search.search('loss', buffer.lines());
    strictEqual(search.count(), 3);
    deepStrictEqual(search.current(), { line: 2, start: 5 });
    deepStrictEqual(search.move(1), { line: 0, start: 0 });
    deepStrictEqual(search.move(-1), { line: 2, start: 5 });
  });

  it('goes on over lines that come and lines that go', () => {
    const buffer = createOutputBuffer(10);
    buffer.append([out('hit\n')]);
    const search = createOutputSearch();
    search.search('hit', buffer.lines());
    const add = (text: string) => {
      const first = buffer.append([out(text)]);
      search.extend(buffer.lines(), first);
    };
    add('no\nhit');
    add(' hit\n');
    strictEqual(search.count(), 3);
    deepStrictEqual(search.current(), { line: 0, start: 0 });
    add('x\n'.repeat(7));
    add('hit\n');
    strictEqual(search.count(), 3);
    deepStrictEqual(search.current(), { line: 10, start: 0 });
  });

  it('for nothing finds nothing', () => {
    const search = createOutputSearch();
    search.search('', [{ number: 0, stream: 'stdout', text: 'abc', runs: [], cut: 0 }]);
    strictEqual(search.count(), 0);
    strictEqual(search.move(1), undefined);
  });
});

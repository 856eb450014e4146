import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import type { OutputLine } from '../../../webview/run/output-buffer.ts';
import { outputRows } from '../../../webview/run/output-rows.ts';

const lineOf = (text: string, number: number): OutputLine => ({ number, stream: 'stdout', text, runs: [], cut: 0 });

describe('the rows of the output', () => {
  it('are its lines where none is wrapped', () => {
    const rows = outputRows(['a', '', 'a long line'].map(lineOf), null);
    strictEqual(rows.count, 3);
    deepStrictEqual([rows.row(2)?.line.number, rows.row(2)?.to, rows.rowOf(2, 9)], [2, 11, 2]);
    strictEqual(rows.row(3), undefined);
  });

  it('together hold every character once, in order, and each place is in its row', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 50 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 20 }),
        (texts, columns) => {
          const rows = outputRows(texts.map(lineOf), columns);
          const seen = texts.map(() => '');
          for (let row = 0; row < rows.count; row += 1) {
            const found = rows.row(row);
            if (!found) throw new Error(`row ${row} is missing`);
            seen[found.line.number] += found.line.text.slice(found.from, found.to);
            if (found.to > found.from) strictEqual(rows.rowOf(found.line.number, found.from), row);
          }
          deepStrictEqual(seen, texts);
        },
      ),
    );
  });
});

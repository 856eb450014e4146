import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { parseAnsi } from '../../../webview/shared/ansi.ts';

const esc = '\u001b';

describe('terminal colours', () => {
  it('are cut out of the text and kept beside it', () => {
    const { text, runs, end } = parseAnsi(`a ${esc}[1;31mred${esc}[0m b`);
    strictEqual(text, 'a red b');
    deepStrictEqual(runs, [{ start: 2, end: 5, style: { bold: true, color: 1 } }]);
    deepStrictEqual(end, {});
  });

  it('go on into the next line', () => {
    const first = parseAnsi(`${esc}[32mgreen`);
    const second = parseAnsi('still', first.end);
    deepStrictEqual(second.runs, [{ start: 0, end: 5, style: { color: 2 } }]);
  });

  it('know 16, 256 and 16 million of them', () => {
    const colorOf = (codes: string) => parseAnsi(`${esc}[${codes}mx`).runs[0]?.style;
    deepStrictEqual(colorOf('96'), { color: 14 });
    deepStrictEqual(colorOf('103'), { background: 11 });
    deepStrictEqual(colorOf('38;5;9'), { color: 9 });
    deepStrictEqual(colorOf('38;5;196'), { color: 'rgb(255, 0, 0)' });
    deepStrictEqual(colorOf('48;5;244'), { background: 'rgb(128, 128, 128)' });
    deepStrictEqual(colorOf('38;2;1;2;3;4'), { color: 'rgb(1, 2, 3)', underline: true });
    strictEqual(colorOf('38;2;1;2;999'), undefined);
  });

  it('end each by its own code', () => {
    const { end } = parseAnsi(`${esc}[1;3;4;7;9;31;42m${esc}[22;23;24;27;29;39;49m`);
    deepStrictEqual(end, {});
  });

  it('leave no other esc sequence in the text', () => {
    const title = `${esc}]0;title\u0007`;
    const link = `${esc}]8;;file:///x${esc}\\link${esc}]8;;${esc}\\`;
    strictEqual(parseAnsi(`${title}a${esc}[2Kb${esc}[?25l${link}${esc}(Bc`).text, 'ablinkc');
    strictEqual(parseAnsi(`cut off ${esc}[3`).text, 'cut off ');
  });

  it('never lose what is no sequence, nor keep an escape', () => {
    const piece = fc.oneof(fc.string(), fc.constantFrom(`${esc}[31m`, `${esc}[`, esc, `${esc}]x`));
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const { text, runs } = parseAnsi(pieces.join(''));
        strictEqual(text.includes(esc), false);
        for (const { start, end } of runs) strictEqual(start < end && end <= text.length, true);
      }),
    );
    fc.assert(
      fc.property(
        fc.string().filter((text) => !text.includes(esc)),
        (text) => strictEqual(parseAnsi(text).text, text),
      ),
    );
  });
});

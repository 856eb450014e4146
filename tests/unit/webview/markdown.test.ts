import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { type Block, type Inline, parseInline, parseMarkdown } from '../../../webview/run/markdown.ts';

const text = (words: string): Inline => ({ kind: 'text', text: words });

describe('a note in Markdown', () => {
  it('has emphasis, code and links', () => {
    deepStrictEqual(parseInline('a **b _c_** `d*e*` ~~f~~ [g](https://h.org/i)'), [
      text('a '),
      { kind: 'strong', children: [text('b '), { kind: 'em', children: [text('c')] }] },
      text(' '),
      { kind: 'code', text: 'd*e*' },
      text(' '),
      { kind: 'del', children: [text('f')] },
      text(' '),
      { kind: 'link', href: 'https://h.org/i', children: [text('g')] },
    ]);
    deepStrictEqual(parseInline('see https://h.org/a.'), [
      text('see '),
      { kind: 'link', href: 'https://h.org/a', children: [text('https://h.org/a')] },
      text('.'),
    ]);
  });

  it('leaves names with underscores, sums and escapes alone', () => {
    for (const plain of ['batch_size_max', '2 * 3 * 4', 'x_1 and y_2'])
      deepStrictEqual(parseInline(plain), [text(plain)]);
    deepStrictEqual(parseInline('\\*a\\*'), [text('*'), text('a'), text('*')]);
  });

  it('takes no link that could do something', () => {
    for (const address of ['javascript:alert(1)', 'command:x', 'data:text/html,x', '/etc/passwd', 'vscode://x']) {
      deepStrictEqual(
        parseInline(`[a](${address})`).some(({ kind }) => kind === 'link'),
        false,
        address,
      );
    }
  });

  it('has headings, lists in lists, tasks, quotes, code and tables', () => {
    const blocks = parseMarkdown(
      '# Title\n\nfirst\nsecond\n\n- one\n  - inner\n- [x] two\n\n3. three\n\n> said\n\n```py\na < b\n```\n---\n| a | b |\n|---|---|\n| 1 | 2 |\n',
    );
    deepStrictEqual(
      blocks.map(({ kind }) => kind),
      ['heading', 'paragraph', 'list', 'list', 'quote', 'code', 'rule', 'table'],
    );
    const [, paragraph, list, ordered, , code, , table] = blocks as [
      Block,
      Block & { kind: 'paragraph' },
      Block & { kind: 'list' },
      Block & { kind: 'list' },
      Block,
      Block & { kind: 'code' },
      Block,
      Block & { kind: 'table' },
    ];
    strictEqual(paragraph.lines.length, 2);
    deepStrictEqual(
      list.items.map(({ checked, blocks: inner }) => [checked, inner.map(({ kind }) => kind)]),
      [
        [null, ['paragraph', 'list']],
        [true, ['paragraph']],
      ],
    );
    deepStrictEqual([ordered.ordered, ordered.start], [true, 3]);
    strictEqual(code.text, 'a < b');
    deepStrictEqual([table.head, table.rows], [[[text('a')], [text('b')]], [[[text('1')], [text('2')]]]]);
  });

  it('ends, and keeps every word, whatever is typed', () => {
    const piece = fc.constantFrom(
      '#',
      '- ',
      '  ',
      '\n',
      '\n\n',
      '> ',
      '```',
      '|',
      '---',
      '*',
      '_',
      '`',
      '[',
      '](',
      ')',
      '1. ',
      'word',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const typed = pieces.join('');
        const count = (words: string) => words.split('word').length - 1;
        const lost = /```/.test(typed) || /\|/.test(typed);
        const kept = count(JSON.stringify(parseMarkdown(typed)));
        if (!lost) strictEqual(kept, count(typed));
      }),
    );
  });

  it('takes deep nesting for text', () => {
    strictEqual(JSON.stringify(parseMarkdown(`${'> '.repeat(2000)}deep`)).includes('deep'), true);
    strictEqual(JSON.stringify(parseInline('*'.repeat(3000))).length > 0, true);
  });

  it('reads a heading once, however long it is', () => {
    const [spaces] = parseMarkdown(`# a${' '.repeat(500_000)}b`);
    strictEqual(spaces?.kind, 'heading');
    deepStrictEqual(parseMarkdown(`## a ${'#'.repeat(500_000)}`), [
      { kind: 'heading', level: 2, children: [text('a')] },
    ]);
    deepStrictEqual(parseMarkdown('# c#'), [{ kind: 'heading', level: 1, children: [text('c#')] }]);
    deepStrictEqual(parseMarkdown('# ##'), [{ kind: 'heading', level: 1, children: [] }]);
  });
});

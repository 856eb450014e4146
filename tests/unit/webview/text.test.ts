import { strictEqual } from 'node:assert/strict';
import { shellLine } from '../../../src/base/shell-line.ts';
import { visible, visibleLines } from '../../../webview/shared/text.ts';

describe('text of others', () => {
  it('shows controls and direction overrides instead of obeying them', () => {
    strictEqual(visible('a\u0000b\u001b[31m\u007f\u0085'), 'a␀b␛[31m␡\ufffd');
    strictEqual(visible('x\u202egnp.exe\u2066'), 'x\ufffdgnp.exe\ufffd');
    strictEqual(visible('two\nlines'), 'two␊lines');
  });

  it('keeps every writing and every emoji', () => {
    const text = 'Verlust שלום 損失 👩‍👩‍👧 می‌خواهم';
    strictEqual(visible(text), text);
  });

  it('keeps lines and tabs where there is room for them', () => {
    strictEqual(visibleLines('a\n\tb\r'), 'a\n\tb␍');
  });

  it('becomes a command line that a shell takes apart again', () => {
    strictEqual(shellLine(['python', 'a b.py', "it's", '--lr=0.1', '']), `python 'a b.py' 'it'\\''s' --lr=0.1 ''`);
  });
});

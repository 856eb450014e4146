import assert from 'node:assert/strict';
import fc from 'fast-check';
import { joinCommandLine, splitCommandLine } from '../../../src/window/command-line.ts';

describe('a typed command line', () => {
  it('is split at blanks outside of quotes', () => {
    assert.deepEqual(splitCommandLine(`  --lr 0.1  --name 'two words' "a \\"b\\" c" x\\ y '' `), [
      '--lr',
      '0.1',
      '--name',
      'two words',
      'a "b" c',
      'x y',
      '',
    ]);
  });

  it('keeps the backslashes of a Windows path', () => {
    assert.deepEqual(splitCommandLine('--data C:\\data\\train.csv'), ['--data', 'C:\\data\\train.csv']);
  });

  it('expands nothing', () => {
    assert.deepEqual(splitCommandLine('$HOME *.csv ~ `id` $(id)'), ['$HOME', '*.csv', '~', '`id`', '$(id)']);
  });

  it('says where a quote begins that never ends', () => {
    assert.deepEqual(splitCommandLine(`--name 'oh no`), { position: 7 });
    assert.deepEqual(splitCommandLine('"'), { position: 0 });
  });

  it('comes back as it was joined, whatever the words are', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (words) => {
        assert.deepEqual(splitCommandLine(joinCommandLine(words)), words);
      }),
    );
  });
});

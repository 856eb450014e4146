import assert from 'node:assert/strict';
import { hookStoppingOption, isPythonName } from '../../../src/contract/python-start.ts';

describe('how a Python is started', () => {
  it('says which option keeps the hook away', () => {
    const cases: [string, string | undefined][] = [
      ['-I train.py', '-I'],
      ['-u -Es train.py', '-Es'],
      ['-S -c pass', '-S'],
      ['-Ic pass', '-Ic'],
      ['-X dev -I train.py', '-I'],
      ['-W ignore -E train.py', '-E'],
      ['-Xdev -S x.py', '-S'],
      ['train.py -I', undefined],
      ['-m package -E', undefined],
      ['-c pass -S', undefined],
      ['-s -B -OO -u train.py', undefined],
      ['-X importtime train.py -S', undefined],
      ['-WError train.py', undefined],
      ['--help -I', undefined],
      ['', undefined],
    ];
    for (const [line, option] of cases) {
      assert.equal(hookStoppingOption(line.split(' ').filter(Boolean)), option, line);
    }
  });

  it('knows a Python by its name', () => {
    for (const name of ['python', 'python3', 'python3.11', 'Python.exe', 'pypy3'])
      assert.equal(isPythonName(name), true);
    for (const name of ['pythonw-config', 'ipython', 'sh', 'python3-config']) assert.equal(isPythonName(name), false);
  });
});

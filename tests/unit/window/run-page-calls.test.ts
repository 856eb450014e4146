import assert from 'node:assert/strict';
import { Fault } from '../../../src/base/fault.ts';
import { runPageInputs } from '../../../src/window/run-page-calls.ts';

describe('what a run’s page asks for', () => {
  it('is taken where it is well formed', () => {
    assert.deepEqual(runPageInputs.curves({ buckets: 320, names: ['loss'], from: 0, extra: 1 }), {
      buckets: 320,
      names: ['loss'],
      from: 0,
    });
    assert.deepEqual(runPageInputs.output({ stream: 'both', from: { stdout: 3, stderr: 0 } }), {
      stream: 'both',
      from: { stdout: 3, stderr: 0 },
    });
    assert.deepEqual(runPageInputs.openFile({ file: 'a.py', line: null }), { file: 'a.py', line: null });
    assert.equal(runPageInputs.stop(null), null);
  });

  it('is refused where it is not', () => {
    const wrong: [keyof typeof runPageInputs, unknown][] = [
      ['curves', { buckets: 0 }],
      ['curves', { buckets: 1e9 }],
      ['curves', { buckets: 10, names: [1] }],
      ['curves', { buckets: 10, from: Number.NaN }],
      ['curves', null],
      ['output', { stream: '../../x' }],
      ['output', { stream: 'both', from: { stdout: -1, stderr: 0 } }],
      ['output', { stream: 'both', tail: '9' }],
      ['note', { note: {} }],
      ['star', { starred: 1 }],
      ['openFile', { file: ['a'], line: 1 }],
      ['openFile', { file: 'a', line: 1.5 }],
      ['copy', []],
      ['delete', { folder: '/', run: 'x' }],
    ];
    for (const [name, input] of wrong) {
      assert.throws(
        () => runPageInputs[name](input),
        (error) => error instanceof Fault && error.code === 'bad-input',
        `${name} ${JSON.stringify(input)}`,
      );
    }
  });
});

import assert from 'node:assert/strict';
import { heldText } from '../../../src/contract/held-text.ts';

describe('what a variable held, in a line', () => {
  it('is its type with what is known', () => {
    const text = (rest: Omit<Parameters<typeof heldText>[0], 'name'>) => heldText({ name: 'x', ...rest });
    assert.equal(text({ type: 'numpy.ndarray', shape: [64, 3], dtype: 'float32' }), 'numpy.ndarray (64, 3) float32');
    assert.equal(text({ type: 'torch.Tensor', shape: [], dtype: 'float32' }), 'torch.Tensor () float32');
    assert.equal(text({ type: 'list', length: 12 }), 'list of 12');
    assert.equal(text({ type: 'str', length: 4, value: 'a"\n' }), 'str "a\\"\\n"');
    assert.equal(text({ type: 'NoneType', value: null }), 'NoneType None');
    assert.equal(text({ type: 'bool', value: false }), 'bool false');
    assert.equal(text({ type: 'Net' }), 'Net');
  });
});

import assert from 'node:assert/strict';
import { childEnvironment } from '../../../src/supervisor/child-environment.ts';

const settings = { id: 'run', folder: '/store/runs/run', store: '/store', env: {} } as Parameters<
  typeof childEnvironment
>[0];

describe('the environment of a script', () => {
  it('says of which rank the whole run is, so that no process takes it for one inside the run', () => {
    const rank = (own: Record<string, string>, env: Record<string, string> = {}) =>
      childEnvironment({ ...settings, env }, own, '/tools').TRAINYARD_RANK;
    assert.equal(rank({}), undefined);
    assert.equal(rank({ RANK: '3', LOCAL_RANK: '1' }), '3');
    assert.equal(rank({ RANK: 'x', LOCAL_RANK: '01' }), '1');
    assert.equal(rank({ OMPI_COMM_WORLD_RANK: '0' }), '0');
    assert.equal(rank({ TRAINYARD_RANK: '3:4711' }), undefined);
    assert.equal(rank({}, { RANK: '2' }), '2');
  });
});

import assert from 'node:assert/strict';
import { recordVariables } from '../../../src/contract/environment-variables.ts';

describe('the recorded environment', () => {
  it('has the values that matter, the names of the others, and no secrets', () => {
    const found = recordVariables({
      CUDA_VISIBLE_DEVICES: '0,1',
      OMP_NUM_THREADS: '4',
      PYTHONHASHSEED: '0',
      TZ: 'UTC',
      HF_TOKEN: 'hf_secret',
      HF_HOME: '/cache',
      HF_ENDPOINT: 'https://ada:pw@hub',
      DATA_DIR: '/data',
      WANDB_API_KEY: 'k',
      PWD: '/x',
      TERM: 'xterm',
      SSH_CLIENT: '1.2.3.4',
      TRAINYARD_HOME: '/t',
    });
    assert.deepEqual(found.variables, {
      CUDA_VISIBLE_DEVICES: '0,1',
      HF_ENDPOINT: 'https://ada:***@hub',
      HF_HOME: '/cache',
      OMP_NUM_THREADS: '4',
      PYTHONHASHSEED: '0',
      TZ: 'UTC',
    });
    assert.deepEqual(found.otherVariables, ['DATA_DIR', 'HF_TOKEN', 'WANDB_API_KEY']);
  });

  it('has more values where they are asked for, but never secrets', () => {
    const asked = {
      TRAINYARD_RECORD_ENV: 'DATA_DIR, APP_*,*,',
      DATA_DIR: '/d',
      APP_MODE: 'x',
      APP_TOKEN: 't0',
      OTHER: 'o',
    };
    const found = recordVariables(asked);
    assert.deepEqual(found.variables, { APP_MODE: 'x', DATA_DIR: '/d' });
    assert.deepEqual(found.otherVariables, ['APP_TOKEN', 'OTHER']);
  });

  it('is bounded', () => {
    const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`X${index}`, 'y']));
    const found = recordVariables({ ...many, TF_X: 'z'.repeat(10_000) });
    assert.equal(found.otherVariables.length, 500);
    assert.equal(found.variables.TF_X?.length, 2_000);
  });
});

import assert from 'node:assert/strict';
import { platform } from 'node:process';
import { readSupervisorRecords } from '../../../src/tracking/supervisor-file.ts';
import { skipBecause } from '../../support/skip.ts';
import { exitOf, type Yard, yard } from '../../support/yard.ts';

/** Stays until it has been seen: until the supervisor has told of what it used, which it does from what it looks at. */
const untilSeen = [
  'import os, time',
  'while b\'"kind":"usage"\' not in open(os.path.join(os.environ["TRAINYARD_RUN_DIR"], "supervisor.jsonl"), "rb").read():',
  '    time.sleep(0.02)',
];

describe('a Python that a shell starts', () => {
  let here: Yard;
  beforeEach(() => {
    here = yard();
    here.file('wait.py', ...untilSeen);
  });
  afterEach(() => here.remove());

  async function reasonsOf(...lines: string[]) {
    const script = here.file('train.sh', ...lines);
    const { directory } = await here.launch({ target: { kind: 'program', argv: ['sh', script] } });
    assert.equal((await exitOf(directory)).code, 0);
    const warnings = readSupervisorRecords(directory).filter((record) => record.kind === 'warning');
    return warnings.filter(({ code }) => code === 'no-hook').map(({ params }) => params.flag);
  }

  it('without our hook is told of, with what keeps it away', async function () {
    if (platform !== 'linux') return skipBecause(this, 'what a process was started with is seen on Linux only');
    assert.deepEqual(await reasonsOf('echo first', 'python3 -u -I wait.py'), ['-I']);
    assert.deepEqual(await reasonsOf('export PYTHONPATH=src:lib', 'exec python3 wait.py'), ['PYTHONPATH=src:lib']);
  });

  it('with it is not, nor a helper beside it', async () => {
    assert.deepEqual(await reasonsOf('python3 -u wait.py'), []);
    assert.deepEqual(await reasonsOf('python3 -I wait.py', 'python3 -c "import argparse"'), []);
  });
});

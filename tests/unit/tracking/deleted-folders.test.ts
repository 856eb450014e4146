import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isAlive } from '../../../src/base/process-identity.ts';
import { openStore } from '../../../src/store/index.ts';
import { followEnd, ingest, runDetails } from '../../../src/tracking/index.ts';
import { runProcesses } from '../../../src/tracking/run-processes.ts';
import { until } from '../../support/until.ts';
import { exitOf, type Yard, yard } from '../../support/yard.ts';

/** Logs, prints and keeps a file, before and after the test has done what it does; named by its argument. */
const script = [
  'import os, sys, time, trainyard',
  'name = sys.argv[1]',
  'def part(first):',
  '    for step in range(first, first + 20): trainyard.log(loss=step); print("step", step)',
  'part(0)',
  'open(name + "-first", "w").close()',
  'while not os.path.exists(name + "-done"): time.sleep(0.01)',
  'part(20)',
  'trainyard.artifact(__file__)',
  'open(name + "-result", "w").write("whole")',
  'sys.exit(3)',
];

describe('a folder that is deleted while a run goes on', () => {
  let here: Yard;
  beforeEach(() => {
    here = yard();
  });
  afterEach(() => here.remove());

  const appears = (name: string) => until(`${name} is there`, () => existsSync(join(here.folder, name)));
  const begun = async (name: string) => {
    const store = join(here.folder, name, '.trainyard');
    const launched = await here.python(script, { store, args: [name] });
    await appears(`${name}-first`);
    return launched;
  };

  /** Deletes so many folders above the run's own, or that. */
  const deleteAbove = async (name: string, above: number) => {
    const { directory } = await begun(name);
    const { supervisor } = runProcesses(directory);
    const end = followEnd(directory);
    assert.equal(await end(), undefined);
    rmSync(Array.from({ length: above }).reduce<string>(dirname, directory), { recursive: true, maxRetries: 5 });
    await assert.rejects(
      until('whoever watches is told', async () => (await end()) !== undefined),
      { code: 'run-folder-gone', params: { folder: directory } },
    );
    here.file(`${name}-done`);
    await appears(`${name}-result`);
    await until('the supervisor has ended', () => supervisor === null || !isAlive(supervisor));
    assert.deepEqual(existsSync(directory) ? readdirSync(directory) : [], []);
    const next = await here.python(['print("again")'], { store: join(here.folder, name, '.trainyard') });
    assert.equal((await exitOf(next.directory)).code, 0);
  };

  it('is the run’s own, runs/ or the store: the script goes on to its end, whoever watches is told, nobody is left', async () => {
    await Promise.all(['own', 'runs', 'store'].map(deleteAbove));
  });

  it('is the user’s: the run ends as it would have, and the next one starts', async () => {
    const { directory, run } = await begun('user');
    rmSync(process.env.TRAINYARD_HOME as string, { recursive: true, maxRetries: 5 });
    here.file('user-done');
    assert.equal((await exitOf(directory)).code, 3);
    assert.match(readFileSync(join(directory, 'stdout.log'), 'utf8'), /step 0\n[\s\S]*step 39\n$/);
    const store = openStore(dirname(dirname(directory)));
    try {
      await ingest(store);
      const { status, metrics } = runDetails(store, run);
      assert.deepEqual([status, metrics.loss?.count], ['failed', 40]);
    } finally {
      store.close();
    }
    const next = await here.python(['print("again")']);
    assert.equal((await exitOf(next.directory)).code, 0);
  });
});

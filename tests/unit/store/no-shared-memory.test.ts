import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { arch, execPath, platform } from 'node:process';
import { openStore } from '../../../src/store/index.ts';
import { ingest, runDetails } from '../../../src/tracking/index.ts';
import {
  drivers,
  exit,
  journal,
  makeStore,
  removeStore,
  supervisor,
  supervisorOpen,
  writeRun,
} from '../../support/run-folders.ts';
import { skipBecause } from '../../support/skip.ts';

const root = join(import.meta.dirname, '../../..');
const launcher = join(root, 'tests/support/without_shared_memory.py');

describe('a store where no file can be mapped into shared memory', () => {
  let place: ReturnType<typeof makeStore>;
  let id: string;
  before(function () {
    if (platform !== 'linux' || !['x64', 'arm64'].includes(arch)) skipBecause(this, 'only Linux takes such a filter');
    const tried = spawnSync('python3', [launcher, 'true'], { encoding: 'utf8' });
    if (tried.status !== 0) skipBecause(this, `no filter can be set here: ${tried.error ?? tried.stderr}`);
  });
  beforeEach(() => {
    place = makeStore();
    id = writeRun(place.store);
    journal(place.store, id, [{ kind: 'name', id: 0, name: 'loss' }, [1, 0, 0, 0.5]]);
    supervisor(place.store, id, [supervisorOpen(id), exit()]);
  });
  afterEach(() => removeStore(place));

  /** What a process says that opens the store twice, reads the run and writes to the index. */
  const opened = (driver: string) => {
    const module = (path: string) => JSON.stringify(join(root, path));
    const code = `
      const { openStore } = await import(${module('src/store/index.ts')});
      const { ingest, runDetails, applyOps } = await import(${module('src/tracking/index.ts')});
      const [first, second] = [0, 1].map(() => openStore(${JSON.stringify(place.store)}, { driver: '${driver}' }));
      await ingest(first);
      await applyOps(second, [{ op: 'note', run: '${id}', note: 'said' }]);
      const { status, note, metrics } = runDetails(first, '${id}');
      const mode = Object.values(first.db.prepare('PRAGMA journal_mode').get())[0];
      console.log(JSON.stringify({ status, note, last: metrics.loss.last, mode }));
      for (const store of [first, second]) store.close();`;
    const { stdout, stderr } = spawnSync('python3', [launcher, execPath, '--input-type=module', '--eval', code], {
      encoding: 'utf8',
    });
    assert.match(stdout, /^\{.*\}\n$/, stderr);
    return JSON.parse(stdout) as unknown;
  };

  for (const driver of drivers) {
    const expected = { status: 'finished', note: 'said', last: 0.5, mode: 'delete' };

    it(`has an index with a rollback journal, by ${driver}`, () => {
      assert.deepEqual(opened(driver), expected);
      assert.deepEqual(
        readdirSync(place.store).filter((name) => name.startsWith('trainyard.db')),
        ['trainyard.db'],
      );
    });

    it(`takes over an index that was made where it could be, by ${driver}`, async () => {
      const store = openStore(place.store, { driver });
      await ingest(store);
      assert.equal(runDetails(store, id).status, 'finished');
      assert.deepEqual(Object.values(store.db.prepare<object>('PRAGMA journal_mode').get() ?? {}), ['wal']);
      store.close();
      assert.deepEqual(opened(driver), expected);
    });
  }
});

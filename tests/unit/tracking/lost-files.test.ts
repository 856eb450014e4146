import assert from 'node:assert/strict';
import { readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore, type Store } from '../../../src/store/index.ts';
import { ingest, listRuns, points, runDetails } from '../../../src/tracking/index.ts';
import {
  append,
  exit,
  journal,
  makeStore,
  record,
  removeStore,
  supervisor,
  supervisorOpen,
  writeRun,
} from '../../support/run-folders.ts';

const lossId = { kind: 'name', id: 0, name: 'loss' };

describe('a file of a run that is not what it was', () => {
  let place: ReturnType<typeof makeStore>;
  let store: Store;
  let id: string;
  let name: string;
  let path: string;
  beforeEach(async () => {
    place = makeStore();
    store = openStore(place.store);
    id = writeRun(place.store, { name: 'mine' });
    name = journal(place.store, id, [lossId, [1, 0, 0, 1], [2, 1, 0, 2], [3, 2, 0, 3]]);
    path = join(place.store, 'runs', id, name);
    await ingest(store);
  });
  afterEach(() => {
    store.close();
    removeStore(place);
  });

  const look = async () => {
    await ingest(store, { full: true });
    const { warnings } = runDetails(store, id);
    return warnings.map(({ code, params }) => [code, params.file, params.before, params.size]);
  };
  const values = () => [...points(store, id, 'loss').values];

  it('became shorter: what is left of it counts, and how much is missing is said, until it is back', async () => {
    const whole = readFileSync(path);
    truncateSync(path, whole.length - record([3, 2, 0, 3]).length);
    const file = `runs/${id}/${name}`;
    assert.deepEqual(await look(), [
      ['journal-shrunk', file, whole.length, whole.length - record([3, 2, 0, 3]).length],
    ]);
    assert.deepEqual(values(), [1, 2]);
    assert.deepEqual((await look()).length, 1, 'it is still missing');
    writeFileSync(path, whole);
    assert.deepEqual([await look(), values()], [[], [1, 2, 3]]);
  });

  it('has gone: the run stays, and says which file is missing, until it is back', async () => {
    supervisor(place.store, id, [supervisorOpen(id), exit()]);
    await ingest(store);
    const before = readFileSync(path).length;
    renameSync(path, join(place.root, 'away'));
    assert.deepEqual(await look(), [['journal-gone', `runs/${id}/${name}`, before, undefined]]);
    assert.deepEqual([runDetails(store, id).status, runDetails(store, id).metrics], ['finished', {}]);
    renameSync(join(place.root, 'away'), path);
    assert.deepEqual([await look(), values()], [[], [1, 2, 3]]);
  });

  it('was replaced by a longer one: nothing of the two is mixed', async () => {
    rmSync(path);
    journal(place.store, id, [lossId, [9, 0, 0, 7], [10, 1, 0, 8], [11, 2, 0, 9], [12, 3, 0, 10]]);
    assert.deepEqual(
      (await look()).map(([code, file]) => [code, file]),
      [['journal-replaced', `runs/${id}/${name}`]],
    );
    assert.deepEqual(values(), [7, 8, 9, 10]);
    append(place.store, id, name, record([13, 4, 0, 11]));
    await ingest(store, { full: true });
    assert.deepEqual(values(), [7, 8, 9, 10, 11]);
  });

  it('is run.json, which has gone: the run stays, with its name and its points', async () => {
    rmSync(join(place.store, 'runs', id, 'run.json'));
    assert.deepEqual(await look(), []);
    assert.deepEqual([runDetails(store, id).name, values()], ['mine', [1, 2, 3]]);
    truncateSync(path, 0);
    await look();
    assert.equal(runDetails(store, id).name, 'mine', 'what was asked is not forgotten with a journal');
    rmSync(join(place.store, 'runs', id), { recursive: true });
    await look().catch((error) => assert.match(String(error), /run-missing/));
    assert.deepEqual(listRuns(store).runs, []);
  });
});

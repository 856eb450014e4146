import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openStore, type Store } from '../../../src/store/index.ts';
import { ingest, points, runDetails, sealRuns } from '../../../src/tracking/index.ts';
import {
  exit,
  journal,
  makeStore,
  removeStore,
  supervisor,
  supervisorOpen,
  writeRun,
} from '../../support/run-folders.ts';

const python = process.platform === 'win32' ? 'python' : 'python3';
const root = join(import.meta.dirname, '../../..');

describe('a run that a script goes on with', () => {
  let place: ReturnType<typeof makeStore>;
  let store: Store;
  let id: string;

  beforeEach(async () => {
    place = makeStore();
    store = openStore(place.store);
    id = writeRun(place.store, { name: 'long' });
  });
  afterEach(() => {
    store.close();
    removeStore(place);
  });

  function script(text: string): void {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('TRAINYARD'));
    const env = { ...Object.fromEntries(inherited), PYTHONPATH: join(root, 'python') };
    execFileSync(python, ['-c', `import trainyard\n${text}`], { cwd: place.root, env, stdio: 'pipe' });
  }

  it('is looked at again, has one curve, and ends as the script does', async () => {
    const name = { kind: 'name', id: 0, name: 'loss' };
    journal(place.store, id, [name, [1, 0, 0, 5], [2, 7, 0, 4]]);
    supervisor(place.store, id, [supervisorOpen(id), exit({ code: 1, t: 1_790_000_000_000_000 + 9 })]);
    await ingest(store);
    assert.equal(runDetails(store, id).status, 'failed');
    assert.deepEqual(await ingest(store), []);
    script('with trainyard.run(resume="long"): trainyard.log(loss=3.0); trainyard.log(loss=2.0)');
    assert.deepEqual(await ingest(store), [id]);
    const curve = points(store, id, 'loss');
    assert.deepEqual(
      [[...curve.steps], [...curve.values]],
      [
        [0, 7, 8, 9],
        [5, 4, 3, 2],
      ],
    );
    const run = runDetails(store, id);
    assert.deepEqual([run.status, run.exitCode], ['finished', 0]);
    assert.deepEqual(readdirSync(join(place.store, 'runs')).length, 1);
  });

  it('knows its last steps also when its journals are sealed', async () => {
    const name = { kind: 'name', id: 0, name: 'loss' };
    const logged = Array.from({ length: 5000 }, (_, step) => [step * 90, step, 0, Math.sqrt(step)]);
    journal(place.store, id, [name, ...logged]);
    supervisor(place.store, id, [supervisorOpen(id), exit({ t: 1_790_000_000_500_000 })]);
    await ingest(store);
    for await (const sealed of sealRuns(store, { restMicros: 0, now: 1_790_000_009_000_000 }))
      if (sealed) assert.equal(sealed.problem, null);
    assert.ok(readdirSync(join(place.store, 'runs', id)).some((file) => file.endsWith('.sealed')));
    script(`with trainyard.run(resume=${JSON.stringify(id)}): trainyard.log(loss=3.0, new=1.0)`);
    await ingest(store);
    assert.equal(points(store, id, 'loss').steps.at(-1), 5000);
    assert.equal(points(store, id, 'loss').steps.length, 5001);
  });
});

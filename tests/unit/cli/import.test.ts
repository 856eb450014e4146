import assert from 'node:assert/strict';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Playground, playground } from '../../support/cli.ts';
import { showSchema } from './show-schema.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/event-files');

describe('trainyard import', () => {
  let here: Playground;
  beforeEach(() => {
    here = playground();
    mkdirSync(join(here.folder, 'logs/keras'), { recursive: true });
    cpSync(join(fixtures, 'keras.tfevents'), join(here.folder, 'logs/keras/events.out.tfevents.3.host.2.0.v2'));
  });
  afterEach(() => here.remove());

  it('makes runs that show and metrics know', async () => {
    const { code, value } = await here.json('import', 'logs', '--experiment', 'old', '--json');
    const report = value as { imported: { id: string; name: string; folder: string }[] };
    assert.equal(code, 0);
    const [made] = report.imported;
    assert.deepEqual(value, {
      imported: [{ id: made?.id, name: 'keras', folder: join(here.folder, 'logs/keras') }],
      updated: [],
      unchanged: 0,
      problems: [],
    });
    const shown = showSchema.parse((await here.json('show', 'latest', '--json')).value);
    assert.deepEqual([shown.experiment, shown.status, shown.command], ['old', 'finished', []]);
    assert.deepEqual(shown.media, [
      { kind: 'histogram', tag: 'layer/kernel', count: 3, firstStep: 0, lastStep: 2 },
      { kind: 'histogram', tag: 'same', count: 1, firstStep: 0, lastStep: 0 },
      { kind: 'image', tag: 'batch', count: 4, firstStep: 0, lastStep: 1 },
      { kind: 'text', tag: 'config', count: 1, firstStep: 0, lastStep: 0 },
    ]);
    assert.match((await here.trainyard('show', 'latest')).stdout, /batch +4 images, steps 0 to 1/);
    const loss = (await here.json('metrics', 'latest', 'epoch_loss', '--json')).value as {
      points: [number, string, number][];
    };
    assert.deepEqual(loss.points[0], [0, '2023-11-14T22:13:20.500Z', 2]);
    assert.match((await here.trainyard('import', 'logs')).stdout, /^0 imported, 0 brought up to date, 1 unchanged\.$/m);
    const again = await here.trainyard('rerun', 'latest');
    assert.deepEqual([again.code, again.stdout], [3, '']);
  });

  it('says what it cannot import', async () => {
    mkdirSync(join(here.folder, 'empty'));
    const empty = await here.trainyard('import', 'empty');
    assert.deepEqual([empty.code, empty.stdout], [2, '']);
    assert.match(empty.stderr, /no TensorBoard event files in .*empty or below\..*--logdir/);
    assert.match((await here.trainyard('import', 'nowhere')).stderr, /There is no folder .*nowhere to import/);
    assert.match((await here.trainyard('import')).stderr, /Name a folder of exported runs or of TensorBoard logs/);
  });
});

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type Playground, playground } from '../../support/cli.ts';
import { type Shown, showSchema } from './show-schema.ts';

const script = [
  'import random, warnings, trainyard',
  'random.seed(7)',
  'warnings.warn("be careful")',
  'trainyard.dataset("data.csv", "credit")',
  'with trainyard.run("fold", group="folds"):',
  '    trainyard.log(score=0.5)',
  'def fit(rows, rate, api_key):',
  '    return rows / rate',
  'fit([1, 2], 0.5, "-".join(["hidden", "key"]))',
];

describe('what show says of what a script did by itself', () => {
  let here: Playground;
  let run: Shown;
  before(async () => {
    here = playground();
    here.file('train.py', script);
    here.file('data.csv', ['x,y', '1,2']);
    assert.equal((await here.trainyard('run', '--name', 'failing', 'train.py')).code, 1);
    run = showSchema.parse((await here.json('show', 'failing', '--json')).value);
  });
  after(() => here.remove());

  it('has seeds, warnings and datasets', () => {
    assert.deepEqual(run.seeds, { random: 7 });
    assert.deepEqual(run.warnings, [`UserWarning: be careful (${join(here.folder, 'train.py')}:3)`]);
    assert.deepEqual(
      run.datasets.map(({ name, path, bytes }) => ({ name, path, bytes })),
      [{ name: 'credit', path: join(here.folder, 'data.csv'), bytes: 8 }],
    );
    const input = run.inputs.find(({ path }) => path.endsWith('data.csv'));
    assert.equal(input?.sha256, run.datasets[0]?.sha256);
  });

  it('has what the variables held, without secrets', () => {
    const frame = run.failure?.locals[0] as { function: string; line: number; variables: unknown[] } | undefined;
    assert.deepEqual([frame?.function, frame?.line], ['fit', 8]);
    assert.deepEqual(frame?.variables, [
      { name: 'rows', type: 'list', length: 2 },
      { name: 'rate', type: 'float', value: 0.5 },
      { name: 'api_key', type: 'str', value: '***' },
    ]);
  });

  it('prints them for people', async () => {
    const { stdout } = await here.trainyard('show', 'failing');
    assert.match(stdout, /Seeds\n +random +7\n/);
    assert.match(stdout, /Datasets\n +credit +8 B/);
    assert.match(stdout, /in fit, line 8\n +rows +list of 2\n +rate +float 0\.5\n +api_key +str "\*\*\*"\n/);
    assert.doesNotMatch(stdout, /hidden-key/);
  });

  it('shows the run inside it below it', async () => {
    const fold = showSchema.parse((await here.json('show', 'fold', '--json')).value);
    assert.deepEqual([fold.parent, fold.group, fold.status], [run.id, 'folds', 'finished']);
    assert.equal(fold.metrics.score?.last, 0.5);
    assert.deepEqual(fold.git, run.git);
    assert.equal(showSchema.parse((await here.json('show', 'latest', '--json')).value).id, run.id);
  });
});

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Playground, playground } from '../../support/cli.ts';

const commands = 'run runs show metrics log compare stop rerun name note tag star archive restore delete'.split(' ');

describe('the command line itself', () => {
  let here: Playground;
  before(() => {
    here = playground();
  });
  after(() => here.remove());

  it('explains itself, and every command', async () => {
    const bare = await here.trainyard();
    assert.equal(bare.code, 0);
    for (const command of commands) assert.match(bare.stdout, new RegExp(`^ +${command} `, 'm'));
    assert.equal((await here.trainyard('--help')).stdout, bare.stdout);
    assert.equal((await here.trainyard('help')).stdout, bare.stdout);
    const asked = await Promise.all(['run', 'metrics'].map((name) => here.trainyard('help', name)));
    for (const [index, name] of ['run', 'metrics'].entries()) {
      assert.match(asked[index]?.stdout ?? '', new RegExp(`Usage: trainyard ${name} `));
      assert.deepEqual(await here.trainyard(name, '--help'), asked[index]);
    }
  });

  it('says its version', async () => {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'));
    assert.deepEqual(await here.trainyard('--version'), { code: 0, signal: null, stdout: `${version}\n`, stderr: '' });
  });

  const wrong: [string[], RegExp][] = [
    [['frobnicate'], /no command frobnicate/],
    [['runs', '--frobnicate'], /no option --frobnicate/],
    [['runs', 'extra'], /"extra" is one operand too many/],
    [['runs', '--limit', 'x'], /--limit "x" is not a whole number from 1/],
    [['runs', '--limit', '0'], /--limit "0" is not a whole number from 1/],
    [['runs', '--json=1'], /--json takes no value/],
    [['runs', '--sort'], /--sort needs a value/],
    [['runs', '--sort', 'name', '--sort', 'created'], /--sort was given twice/],
    [['show'], /Name a run/],
    [['run'], /Name the script to run/],
    [['run', '--'], /Name the script to run/],
    [['run', 'train.py', '--lr', '0.1'], /--lr is no option of Trainyard; put the script's own arguments after “--”/],
    [['run', 'train.py', 'extra'], /"extra" is one operand too many/],
    [['run', '--retries', '2', 'train.py'], /say --queue too/],
    [['queue', 'nonsense'], /no “queue nonsense”/],
    [['run', '--tag', 'novalue', 'train.py'], /--tag "novalue" is not KEY=VALUE/],
    [['run', '--env', '=x', 'train.py'], /--env "=x" is not KEY=VALUE/],
    [['run', '--name', '', 'train.py'], /--name is empty/],
    [['log', 'latest', '--stream', 'both'], /neither stdout nor stderr/],
    [['metrics', 'latest', '--buckets', '5'], /need the name of a metric/],
    [['metrics', 'latest', 'loss', '--buckets', '1.5'], /--buckets "1.5" is not a whole number/],
    [['metrics', 'latest', 'loss', '--from', 'x'], /--from "x" is not a number/],
    [['name', 'latest'], /NAME is missing/],
    [['name', 'latest', ' '], /new name is empty/],
    [['note', 'latest'], /TEXT is missing/],
    [['tag', 'latest'], /Say which tag/],
    [['tag', 'latest', 'novalue'], /"novalue" is neither K=V nor -K/],
    [['compare', 'latest'], /two runs or more/],
  ];
  for (const [args, message] of wrong) {
    it(`refuses “${args.join(' ')}” with one line and exit code 2`, async () => {
      const { code, stdout, stderr } = await here.trainyard(...args);
      assert.equal(code, 2);
      assert.equal(stdout, '');
      assert.match(stderr, message);
      assert.equal(stderr.split('\n').length, 2, stderr);
    });
  }

  it('will not follow a log into one JSON document', async () => {
    const { code, value } = await here.json('log', 'latest', '--follow', '--json');
    assert.equal(code, 2);
    assert.match((value as { error: { message: string } }).error.message, /do not go together/);
  });

  it('says errors as one JSON document with --json', async () => {
    const { code, value, stderr } = await here.json('runs', '--limit', 'x', '--json');
    assert.equal(code, 2);
    assert.equal(stderr, '');
    assert.deepEqual(value, {
      error: {
        code: 'usage',
        message: '--limit "x" is not a whole number from 1.',
        hint: 'See “trainyard help runs”.',
      },
    });
  });

  for (const args of [
    ['show', 'latest'],
    ['metrics', 'latest'],
    ['log', 'latest'],
    ['stop', 'latest'],
    ['star', 'latest'],
    ['delete', 'latest', '--yes'],
  ]) {
    it(`“${args.join(' ')}” never makes a store`, async () => {
      const { code, value } = await here.json(...args, '--json');
      assert.equal(code, 2);
      assert.equal((value as { error: { code: string } }).error.code, 'no-store');
      assert.match((await here.trainyard(...args)).stderr, /no Trainyard store here.*trainyard run/);
      assert.ok(!existsSync(join(here.folder, '.trainyard')));
    });
  }

  it('“runs” has none where nothing was run yet, and makes no store', async () => {
    assert.deepEqual(await here.json('runs', '--json'), { code: 0, value: [], stderr: '' });
    const { code, stdout } = await here.trainyard('runs');
    assert.deepEqual([code, stdout], [0, 'No runs yet. Start one with “trainyard run SCRIPT”.\n']);
    assert.equal((await here.json('runs', '--filter', 'a <', '--json')).code, 2);
    assert.equal((await here.json('runs', '--store', 'nowhere', '--json')).code, 2);
    assert.ok(!existsSync(join(here.folder, '.trainyard')));
  });
});

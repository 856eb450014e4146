import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { RunFile } from '../../../src/contract/run-file.ts';
import { openStore } from '../../../src/store/index.ts';
import { ingest, lastLaunches, readOutput, rerunRequest, runDetails } from '../../../src/tracking/index.ts';
import { exitOf, type Yard, yard } from '../../support/yard.ts';

const [key, password, fromShell] = ['k3y-of-the-test', 'pa55-of-the-test', 'sh3ll-of-the-test'];

describe('the secrets of a run', () => {
  let here: Yard;
  beforeEach(() => {
    here = yard();
    process.env.SHELL_TOKEN = fromShell;
  });
  afterEach(() => {
    for (const name of ['SHELL_TOKEN', 'API_KEY', 'DB_PASSWORD', 'MY_KEY']) delete process.env[name];
    here.remove();
  });

  const script = [
    'import argparse, os, sys',
    'parser = argparse.ArgumentParser()',
    'for name in ("--api-key", "--db", "--lr"): parser.add_argument(name)',
    'args = parser.parse_args()',
    'print("args", args.api_key, args.db, args.lr)',
    'print("env", os.environ["DB_PASSWORD"], os.environ["SHELL_TOKEN"], flush=True)',
    'sys.stderr.write("ghp_" + "a1" * 18 + "\\n")',
    'raise ValueError("bad key " + args.api_key + " and " + os.environ["SHELL_TOKEN"])',
  ];
  const args = ['--api-key', key, `--db=postgres://ada:${password}@db/x`, '--lr', '0.1'];
  const original = async () => {
    const launched = await here.python(script, { args, env: { DB_PASSWORD: password } });
    await exitOf(launched.directory);
    return launched;
  };
  const filesOf = (directory: string) =>
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));

  it('reach the script and are in no file of the run', async () => {
    const { directory } = await original();
    const content = filesOf(directory).join('\n');
    for (const secret of [key, password, fromShell, 'ghp_a1']) assert.ok(!content.includes(secret), secret);
    const stars = (text: string) => '*'.repeat(text.length);
    assert.equal(
      readFileSync(join(directory, 'stdout.log'), 'utf8'),
      `args ${stars(key)} postgres://ada:${stars(password)}@db/x 0.1\nenv ${stars(password)} ${stars(fromShell)}\n`,
    );
    const run = JSON.parse(readFileSync(join(directory, 'run.json'), 'utf8')) as RunFile;
    assert.deepEqual(run.args, ['--api-key', '***', '--db=postgres://ada:***@db/x', '--lr', '0.1']);
    assert.deepEqual(run.command.slice(2), run.args);
    assert.deepEqual(run.env, { DB_PASSWORD: '***' });
  });

  it('are masked in everything that is shown', async () => {
    const { run, directory } = await original();
    const store = openStore(join(here.folder, '.trainyard'));
    try {
      await ingest(store);
      const details = runDetails(store, run);
      assert.deepEqual(details.params, { api_key: '***', db: 'postgres://ada:***@db/x', lr: '0.1' });
      assert.equal(details.failure?.message, 'bad key *** and ***');
      const page = await readOutput(directory, { stream: 'both' });
      const shown = JSON.stringify([details, page]);
      for (const secret of [key, password, fromShell, 'ghp_a1']) assert.ok(!shown.includes(secret), secret);
      const [launch] = lastLaunches(store, here.folder).values();
      assert.deepEqual(launch?.args, ['--lr', '0.1']);
    } finally {
      store.close();
    }
  });

  it('come from the environment when it is run again, and the mark holds', async () => {
    const { directory } = await original();
    const missing = (variable: string) => (error: { code: string; params: Record<string, unknown> }) =>
      error.code === 'secret-missing' && error.params.variable === variable;
    assert.throws(() => rerunRequest(directory), missing('API_KEY'));
    process.env.API_KEY = 'another-key';
    assert.throws(() => rerunRequest(directory), missing('DB'));
    const request = rerunRequest(directory, undefined, { DB: 'p2', DB_PASSWORD: 'p3' });
    assert.deepEqual(request.args, ['--api-key', 'another-key', '--db=postgres://ada:p2@db/x', '--lr', '0.1']);
    assert.deepEqual(request.env, { DB_PASSWORD: 'p3' });
    assert.throws(() => rerunRequest(directory, ['--lr', '1']), missing('DB_PASSWORD'));
  });

  it('come from the variable that had the same value', async () => {
    process.env.MY_KEY = key;
    process.env.DB_PASSWORD = password;
    const { directory } = await original();
    assert.deepEqual(rerunRequest(directory).args, args);
    process.env.MY_KEY = 'rotated';
    assert.equal(rerunRequest(directory).args?.[1], 'rotated');
    delete process.env.MY_KEY;
    assert.throws(() => rerunRequest(directory), { code: 'secret-missing' });
  });

  it('are never started as ***', async () => {
    for (const request of [
      { args: ['--api-key', '***'] },
      { args: ['--db=a://b:***@c'] },
      { env: { HF_TOKEN: '***' } },
    ]) {
      await assert.rejects(here.python(['pass'], request), { code: 'secret-masked' });
    }
    const { directory } = await here.python(['import sys', 'print(sys.argv[1:])'], { args: ['***', '--mask', '***'] });
    await exitOf(directory);
    assert.equal(readFileSync(join(directory, 'stdout.log'), 'utf8'), "['***', '--mask', '***']\n");
  });

  it('of a program are masked among its words', async () => {
    const argv = ['sh', '-c', 'echo "$1" "$TOKEN"', 'sh', '--token=t0ken-of-the-test'];
    const { directory } = await here.launch({ target: { kind: 'program', argv }, env: { TOKEN: 'env-of-the-test' } });
    await exitOf(directory);
    assert.ok(
      !filesOf(directory)
        .join('\n')
        .match(/(t0ken|env)-of-the-test/),
    );
    process.env.TOKEN = 'again-and-again';
    try {
      const again = await here.launch(rerunRequest(directory));
      await exitOf(again.directory);
      assert.equal(readFileSync(join(again.directory, 'stdout.log'), 'utf8').replaceAll('*', ''), '--token= \n');
    } finally {
      delete process.env.TOKEN;
    }
  });
});

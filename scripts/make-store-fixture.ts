import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { until } from '../tests/support/until.ts';
import { root } from './build.mjs';

const usage = `Usage: node scripts/make-store-fixture.ts [PRODUCT]

Writes tests/fixtures/stores/NNNN.tar.gz: a store with runs of all kinds, whose index has the version NNNN, and what the
product itself said of them. PRODUCT is a checkout that was built; this one unless named. The record names the machine's host,
user and Python: do it on one that everybody may know of, with a Python of the system.`;

const fixtures = join(root, 'tests', 'fixtures');

export interface Shown {
  id: string;
  status: string;
  ended: string | null;
  durationMs: number | null;
  metrics: Record<string, unknown>;
  supervisorPid: number | null;
  pid: number | null;
}

/** What a product says of its store, as the tests read it. */
export interface StoreFacts {
  schema: number;
  /** The folder in which the store lay. */
  folder: string;
  /** Documents of `show --json`, by the runs' names. */
  runs: Record<string, Shown>;
  /** The points of every metric as `metrics NAME --json` says them, by run and metric. */
  points: Record<string, Record<string, unknown>>;
  output: Record<string, { stdout: string; stderr: string }>;
  deleted: string;
}

async function makeFixture(product: string): Promise<string> {
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'trainyard-fixture-')));
  try {
    const { facts, copy } = await fill(product, top);
    writeFileSync(join(copy, 'facts.json'), `${JSON.stringify(facts, null, 1)}\n`);
    const file = join(fixtures, 'stores', `${String(facts.schema).padStart(4, '0')}.tar.gz`);
    execFileSync('tar', ['-czf', file, '-C', copy, 'facts.json', '.trainyard'], { stdio: 'inherit' });
    return file;
  } finally {
    rmSync(top, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function fill(product: string, top: string): Promise<{ facts: StoreFacts; copy: string }> {
  const folder = join(top, 'work');
  const [store, copy] = [join(folder, '.trainyard'), join(top, 'copy')];
  const { PATH = '' } = process.env;
  const env = { PATH, HOME: join(top, 'home'), LANG: 'C.UTF-8', TRAINYARD_HOME: join(top, 'home', 'trainyard') };
  for (const made of [env.HOME, copy]) mkdirSync(made);
  cpSync(join(fixtures, 'stores', 'scripts'), folder, { recursive: true });
  copyFileSync(join(fixtures, 'event-files', 'torch.tfevents'), join(folder, 'torch.tfevents'));
  writeFileSync(join(folder, 'data.csv'), 'x,y\n1,2\n3,4\n');
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, env, stdio: 'ignore' });
  git('init', '--initial-branch=main');
  git('add', '--all');
  git('-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', 'commit', '--message', 'The scripts');
  writeFileSync(join(folder, 'data.csv'), 'x,y\n1,2\n3,5\n');

  const trainyard = (...args: string[]) =>
    new Promise<string>((settle, fail) => {
      const command = [join(product, 'bin', 'trainyard.js'), ...args];
      const child = spawn(process.execPath, command, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
      const texts = { stdout: '', stderr: '' };
      for (const name of ['stdout', 'stderr'] as const) {
        child[name].setEncoding('utf8').on('data', (data: string) => {
          texts[name] += data;
        });
      }
      child.once('error', fail);
      child.once('close', (code) => {
        if (code === 0 || args.includes('fails.py')) settle(texts.stdout);
        else fail(new Error(`trainyard ${args.join(' ')} ended with ${code}: ${texts.stderr}`));
      });
    });
  const run = (name: string, ...args: string[]) =>
    trainyard('run', '--name', name, '--experiment', 'all kinds', ...args);
  const show = async (name: string) => JSON.parse(await trainyard('show', name, '--json')) as Shown;
  const begun = (name: string) =>
    until(`${name} has begun`, async () => (await trainyard('log', name)).includes('begun'));
  const waiting = async (name: string) => {
    await run(name, '--detach', 'waits.py');
    await begun(name);
  };

  await run('finished', '--tag', 'stage=first', 'train.py', '--', '--lr', '0.25');
  await run('failed', 'fails.py');
  await run('processes', 'processes.py');
  await run('events', 'events.py');
  await run('deleted', 'fails.py');
  const deleted = (await show('deleted')).id;
  await waiting('stopped');
  await trainyard('stop', 'stopped');
  await waiting('killed');
  const { supervisorPid, pid } = await show('killed');
  for (const one of [supervisorPid, pid]) if (one !== null) process.kill(one, 'SIGKILL');
  await until('its end is known', async () => (await show('killed')).status !== 'running');
  execFileSync('python3', ['own.py'], { cwd: folder, env: { ...env, PYTHONPATH: join(product, 'python') } });
  const [own] = JSON.parse(await trainyard('runs', '--limit', '1', '--json')) as { id: string }[];
  await trainyard('name', own?.id ?? '', 'own');
  await trainyard('note', 'finished', 'kept — 注');
  await trainyard('tag', 'finished', 'stage=second', 'by=hand');
  await trainyard('star', 'finished');
  await trainyard('archive', 'stopped');
  await trainyard('delete', 'deleted', '--yes');
  await trainyard('doctor');
  await waiting('running');

  const names = ['finished', 'failed', 'processes', 'events', 'stopped', 'killed', 'own', 'running'];
  const facts: StoreFacts = { schema: indexVersion(store), folder, runs: {}, points: {}, output: {}, deleted };
  for (const name of names) {
    const shown = await show(name);
    facts.runs[name] = shown;
    const points: Record<string, unknown> = {};
    for (const metric of Object.keys(shown.metrics))
      points[metric] = JSON.parse(await trainyard('metrics', name, metric, '--json'));
    facts.points[name] = points;
    const [stdout, stderr] = [
      await trainyard('log', name, '--stream', 'stdout'),
      await trainyard('log', name, '--stream', 'stderr'),
    ];
    facts.output[name] = { stdout, stderr };
  }
  cpSync(store, join(copy, '.trainyard'), { recursive: true, preserveTimestamps: true });
  writeFileSync(join(folder, 'go-on'), '');
  await until('the last run has ended', async () => (await show('running')).status === 'finished');
  return { facts, copy };
}

function indexVersion(store: string): number {
  const index = new DatabaseSync(join(store, 'trainyard.db'), { readOnly: true });
  try {
    return Number(index.prepare('PRAGMA user_version').get()?.user_version);
  } finally {
    index.close();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [product = root, ...more] = process.argv.slice(2);
  if (more.length > 0 || product.startsWith('-')) {
    console.error(usage);
    process.exitCode = 2;
  } else console.log(`Wrote ${await makeFixture(resolve(product))}`);
}

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { safeHostName } from '../../../src/base/safe-host-name.ts';
import { markUsed, pruneTools } from '../../../src/tracking/prune-tools.ts';
import { installTools } from '../../../src/tracking/tools.ts';
import { skipBecause } from '../../support/skip.ts';
import { exitOf, type Yard, yard } from '../../support/yard.ts';

const day = 86_400_000;
const earlier = 'a'.repeat(16);

describe('the copied tools of earlier versions', () => {
  let here: Yard;
  let current: string;
  let tools: string;

  before(function () {
    if (process.platform === 'win32') skipBecause(this, 'Windows does not tell what processes work with');
  });
  beforeEach(() => {
    here = yard();
    current = installTools();
    tools = dirname(current);
  });
  afterEach(() => here.remove());

  /** A folder of an earlier version, as if nobody had used it for so many days. */
  function old(days: number, marks: string[] = [], name = earlier): string {
    const folder = join(tools, name);
    mkdirSync(join(folder, 'python', 'hook'), { recursive: true });
    writeFileSync(join(folder, 'supervisor.mjs'), '');
    const then = (Date.now() - days * day) / 1000;
    for (const mark of marks) {
      writeFileSync(join(folder, mark), '');
      utimesSync(join(folder, mark), then, then);
    }
    utimesSync(folder, then, then);
    return folder;
  }

  const look = () => {
    rmSync(join(current, 'looked'), { force: true });
    pruneTools(current);
  };
  const own = `used-${safeHostName(hostname())}`;

  it('go when nobody has used them for a month', () => {
    const folders = [old(40, [], 'b'.repeat(16)), old(40, [own]), old(40, [], `.${'c'.repeat(12)}`)];
    look();
    assert.deepEqual(folders.filter(existsSync), []);
    assert.deepEqual(readdirSync(tools), [basename(current)]);
  });

  it('stay while they may still be used', () => {
    const young = old(20);
    const marked = old(40, [], 'b'.repeat(16));
    assert.ok(markUsed(marked));
    const elsewhere = old(40, ['used-another-machine'], 'd'.repeat(16));
    const draft = old(0, [], `.${'c'.repeat(12)}`);
    const strange = old(400, [], 'not tools');
    look();
    assert.deepEqual([young, marked, elsewhere, draft, strange].filter(existsSync).length, 5);
  });

  it('stay while a script works with them, and go when it has ended', async () => {
    const folder = old(400);
    const script = spawn(process.execPath, ['-e', 'process.stdin.resume(); console.log("begun")'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { PYTHONPATH: join(folder, 'python', 'hook') },
    });
    await once(script.stdout, 'data');
    look();
    assert.ok(existsSync(folder));
    script.stdin.end();
    await once(script, 'exit');
    look();
    assert.ok(!existsSync(folder));
  });

  it('are looked at once a day', () => {
    look();
    const folder = old(40);
    pruneTools(current);
    assert.ok(existsSync(folder));
    pruneTools(current, Date.now() + 1.1 * day);
    assert.ok(!existsSync(folder));
  });

  it('are there again as soon as somebody needs them', async () => {
    const folder = join(tools, earlier);
    renameSync(current, folder);
    const then = (Date.now() - 40 * day) / 1000;
    for (const path of [join(folder, own), folder]) utimesSync(path, then, then);
    const run = await here.python(['print("trained")']);
    assert.equal((await exitOf(run.directory)).code, 0);
    assert.ok(existsSync(current) && !existsSync(folder));
  });
});

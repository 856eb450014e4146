import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quiet } from '../../scripts/npm.mjs';
import { inTwoRows, runSuite, summarize } from '../../scripts/run-suites.ts';
import { runProcess } from '../../scripts/suites.ts';
import { endLeftovers, testsVariable } from '../support/leftovers.ts';
import { type ResultLine, writeResult } from '../support/results.ts';
import { skipBecause } from '../support/skip.ts';
import { until } from '../support/until.ts';

const pass: ResultLine = { event: 'pass', title: 'one', milliseconds: 1 };
const fail: ResultLine = { event: 'fail', title: 'two', error: 'Error: no' };
const skip: ResultLine = { event: 'skip', title: 'three', reason: 'not on this machine' };
const end: ResultLine = { event: 'end' };

describe('the runner of the suites', () => {
  let scratch: string;
  let printed: string[];
  const print = console.log;

  before(() => {
    scratch = mkdtempSync(join(tmpdir(), 'trainyard-suites-'));
  });
  after(() => rmSync(scratch, { recursive: true }));
  beforeEach(() => {
    printed = [];
    console.log = (line: string) => printed.push(line);
  });
  afterEach(() => {
    console.log = print;
  });

  let number = 0;

  /** A suite that says these things, and then perhaps breaks. */
  async function outcomeOf(lines: ResultLine[], problem?: string) {
    const results = join(scratch, `${number++}.jsonl`);
    const run = async () => {
      for (const line of lines) writeResult(results, line);
      if (problem) throw new Error(problem);
    };
    return runSuite({ name: 'made up', run }, results, {});
  }

  it('counts, and ends with one line over all', async () => {
    const code = summarize([await outcomeOf([pass, pass, skip, end]), await outcomeOf([pass, end])]);
    assert.equal(printed.at(-1), '3 passed, 0 failed, 1 skipped');
    assert.ok(printed.includes('skipped in made up: three: not on this machine'));
    assert.equal(code, 0);
  });

  it('runs the busy ones in turn beside the others, and shows what they print when another has ended', async () => {
    const begun: string[] = [];
    const names = ['wait', 'busy 1', 'busy 2', 'last'];
    const made = names.map((name) => ({ name, busy: name.startsWith('busy'), run: async () => undefined }));
    await inTwoRows(made, scratch, async ({ name }, { print: say }) => {
      begun.push(name);
      say(`${name} begins`);
      if (name === 'wait') await until('the others have begun', () => begun.length === 3);
      say(`${name} ends`);
    });
    assert.deepEqual(begun, ['busy 1', 'wait', 'busy 2', 'last']);
    const busy = printed.findIndex((text) => text.startsWith('busy 1'));
    assert.equal(printed[busy], 'busy 1 begins\nbusy 1 ends');
    assert.ok(busy > printed.indexOf('wait ends'), printed.join('; '));
  });

  it('fails where a test failed, once', async () => {
    const code = summarize([await outcomeOf([pass, fail, end], 'It ended with exit code 1.')]);
    assert.equal(printed.at(-1), '1 passed, 1 failed');
    assert.equal(code, 1);
  });

  it('fails a suite that ran no test, though others were left out', async () => {
    assert.equal(summarize([await outcomeOf([end])]), 1);
    assert.equal(summarize([await outcomeOf([skip, end])]), 1);
    assert.equal(printed.at(-1), '0 passed, 1 failed, 1 skipped');
  });

  it('fails a suite that broke off, or ended badly after its end', async () => {
    assert.equal(summarize([await outcomeOf([pass])]), 1);
    assert.equal(summarize([await outcomeOf([pass, end], 'It was ended by SIGSEGV.')]), 1);
    assert.equal(printed.at(-1), '1 passed, 1 failed');
  });

  it('ends what hangs, with all that it has started', async () => {
    const hanging = `
      const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)']);
      require('node:fs').writeFileSync(process.env.PID_FILE, String(child.pid));
      setInterval(() => 0, 1000);`;
    const pidFile = join(scratch, 'pid');
    for (let deadline = 1_000; !existsSync(pidFile); deadline *= 2) {
      const running = runProcess(process.execPath, ['-e', hanging], { ...process.env, PID_FILE: pidFile }, deadline);
      await assert.rejects(running, /It was still running after/);
    }
    const pid = readFileSync(pidFile, 'utf8');
    await gone(pid);
  });

  it('ends what has left its group, also where its parent is gone', async function () {
    if (process.platform !== 'linux') skipBecause(this, 'only Linux tells of the environment of other processes');
    const leaving = `
      const options = { detached: true, stdio: 'ignore' };
      const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], options);
      child.once('spawn', () => process.stdout.write(String(child.pid), () => process.exit()));`;
    const env = { ...process.env, [testsVariable]: scratch };
    const parent = spawn(process.execPath, ['-e', leaving], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const [pid] = await once(parent.stdout, 'data');
    await once(parent, 'exit');
    assert.equal(endLeftovers('another'), 0);
    assert.equal(endLeftovers(scratch), 1);
    await gone(String(pid));
  });
});

function gone(pid: string): Promise<boolean> {
  return until('the process has ended', async () => {
    const { stdout } = await quiet('ps', ['-o', 'stat=', '-p', pid]);
    return stdout.trim() === '' || stdout.startsWith('Z');
  });
}

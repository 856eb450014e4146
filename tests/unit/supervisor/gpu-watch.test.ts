import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process, { platform } from 'node:process';
import { identify, isAlive } from '../../../src/base/process-identity.ts';
import { readSupervisorRecords } from '../../../src/tracking/supervisor-file.ts';
import { skipBecause } from '../../support/skip.ts';
import { readSystem, systemText } from '../../support/system-journal.ts';
import { until } from '../../support/until.ts';
import { exitOf, type Yard, yard } from '../../support/yard.ts';

const mebi = 2 ** 20;
const first = 'GPU-d1a6b37c-0cd5-4a0f-9c0e-1f5c1d3cbb3f';
const second = 'GPU-101b1cf0-fdf7-b374-a62c-76b25134fcf2';

/** NVIDIA's tool as far as it is asked for: it prints in its own format, at once and then again and again. */
const tool = (here: string) => [
  '#!/bin/sh',
  `echo $$ >> '${here}/tools'`,
  `echo "$@" >> '${here}/asked'`,
  'case "$1" in',
  '--query-gpu=*) while true; do',
  `  echo '0, ${first}, 87, 18307, 20480, 61, 249.50, NVIDIA GeForce RTX 3080'`,
  `  echo '1, ${second}, [N/A], [Not Supported], 2048, 40, [N/A], NVIDIA H100L-2-24C'`,
  '  sleep 0.2',
  'done ;;',
  '--query-compute-apps=*) while true; do',
  `  [ -e '${here}/pid' ] && echo "${first}, $(cat '${here}/pid'), 1012"`,
  `  echo '${first}, 1, 9000'`,
  '  sleep 0.2',
  'done ;;',
  'esac',
];

describe('the GPUs of a run', () => {
  let here: Yard;
  const path = process.env.PATH;
  before(function () {
    if (platform === 'win32') skipBecause(this, 'the tool of this test is a shell script');
  });
  beforeEach(() => {
    here = yard();
    process.env.PATH = `${here.folder}${delimiter}${path}`;
  });
  afterEach(() => {
    process.env.PATH = path;
    here.remove();
  });

  const provide = (...lines: string[]) => chmodSync(here.file('nvidia-smi', ...lines), 0o755);
  const pids = () => readFileSync(join(here.folder, 'tools'), 'utf8').trim().split('\n').map(Number);

  it('are measured through one process of their own tool, which ends with the run', async () => {
    provide(...tool(here.folder));
    const { directory } = await here.python([
      'import os, time',
      'open("pid.new", "w").write(str(os.getpid()))',
      'os.rename("pid.new", "pid")',
      'while not os.path.exists("go"): time.sleep(0.05)',
    ]);
    await until('the memory of the run on the GPU is seen', () => systemText(directory).includes(String(1012 * mebi)));
    here.file('go');
    const exit = await exitOf(directory);
    assert.equal(exit.code, 0);
    const { series } = readSystem(directory);
    assert.ok(series['gpu0/utilization']?.values.every((value) => value === 87));
    assert.ok(series['gpu0/memory']?.values.every((value) => value === 18307 * mebi));
    assert.ok(series['gpu0/memory/run']?.values.every((value) => value === 0 || value === 1012 * mebi));
    assert.ok(series['gpu0/memory/run']?.values.includes(1012 * mebi));
    assert.ok(series['gpu0/temperature']?.values.every((value) => value === 61));
    assert.ok(series['gpu0/power']?.values.every((value) => value === 249.5));
    assert.deepEqual(
      Object.keys(series).filter((name) => name.startsWith('gpu1/')),
      ['gpu1/temperature'],
    );
    const found = readSupervisorRecords(directory).findLast((record) => record.kind === 'gpus');
    assert.deepEqual(found?.gpus, [
      { index: 0, name: 'NVIDIA GeForce RTX 3080', memoryBytes: 20480 * mebi },
      { index: 1, name: 'NVIDIA H100L-2-24C', memoryBytes: 2048 * mebi },
    ]);
    const asked = readFileSync(join(here.folder, 'asked'), 'utf8').trim().split('\n');
    assert.equal(asked.filter((line) => line.startsWith('--query-gpu=')).length, 1);
    assert.ok(asked.every((line) => / --format=csv,noheader,nounits -lms \d+$/.test(line)));
    for (const pid of pids()) await until('the tool has ended', () => !isAlive(identify(pid)));
  });

  it('do not count to what the run used, though the tool has failed with much work', async () => {
    provide(
      '#!/bin/sh',
      'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done',
      `echo "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running."`,
      `echo done >> '${here.folder}/failed'`,
      'exit 9',
    );
    const { directory } = await here.python([
      'import os, time',
      'while not os.path.exists("failed"): time.sleep(0.05)',
      'time.sleep(1.2)',
      'print(sum(os.times()[:4]), flush=True)',
      // Its own ending would come after its own account.
      'os._exit(0)',
    ]);
    const exit = await exitOf(directory);
    const own = Number(readFileSync(join(directory, 'stdout.log'), 'utf8'));
    assert.ok((exit.cpuSeconds ?? 0) < own + 0.1, `${exit.cpuSeconds}, the script says ${own}`);
    assert.deepEqual(
      Object.keys(readSystem(directory).series).filter((name) => name.startsWith('gpu')),
      [],
    );
    assert.equal(readFileSync(join(directory, 'supervisor.log'), 'utf8'), '');
  });

  it('are not missed where there is no tool', async () => {
    const { directory } = await here.python(['pass']);
    assert.equal((await exitOf(directory)).code, 0);
    assert.ok(!existsSync(join(here.folder, 'tools')));
    assert.equal(readFileSync(join(directory, 'supervisor.log'), 'utf8'), '');
  });
});

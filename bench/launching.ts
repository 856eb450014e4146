import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { build, root } from '../scripts/build.mjs';
import { installPythonLibraries } from '../scripts/python-libraries.ts';
import { followEnd, launch } from '../src/tracking/index.ts';
import { amount, type Bench, type Measure, median, type Row } from './measure.ts';
import { plainPython } from './peers.ts';

/** What tracking adds to the wall time of a script that does nothing, in a repository with some changes. */
export const launching: Measure = {
  name: 'launch',
  about: 'wall time that tracking adds to a script',
  async run(bench) {
    await build({ only: ['cli', 'supervisor', 'starter'] });
    const folder = join(bench.scratch, 'launch');
    makeProject(folder);
    const bin = join(root, 'bin', 'trainyard.js');
    const commands: Record<string, string[]> = {
      plain: [plainPython, 'empty.py'],
      own: [process.execPath, bin, 'run', 'empty.py'],
      path: ['node', bin, 'run', 'empty.py'],
      version: [process.execPath, bin, '--version'],
      runs: [process.execPath, bin, 'runs', '--limit', '10'],
    };
    const env = { ...process.env, TRAINYARD_HOME: join(bench.scratch, 'home') };
    const rounds = amount(bench, 20, 1);
    const times = Object.fromEntries(Object.keys(commands).map((name) => [name, [] as number[]]));
    for (let round = 0; round <= rounds; round++) {
      for (const [name, [program = '', ...args]] of Object.entries(commands)) {
        const start = performance.now();
        const { status, stderr } = spawnSync(program, args, { cwd: folder, env, encoding: 'utf8' });
        if (status !== 0) throw new Error(`${name}: ${stderr}`);
        // The first round fills the caches of the system and copies the tools.
        if (round > 0) times[name]?.push(performance.now() - start);
      }
    }
    const of = (name: string) => median(times[name] as number[]);
    const plain = `python empty.py takes ${of('plain').toFixed(0)} ms`;
    const ownVersion = process.versions.node.split('.')[0];
    const pathVersion = spawnSync('node', ['-p', 'process.versions.node.split(".")[0]'], {
      encoding: 'utf8',
    }).stdout.trim();
    const rows: Row[] = [
      {
        what: `trainyard run adds, under Node ${ownVersion}`,
        unit: 'ms',
        ours: of('own') - of('plain'),
        goal: { most: 150 },
        note: plain,
      },
      { what: 'trainyard --version', unit: 'ms', ours: of('version') },
      { what: 'trainyard runs', unit: 'ms', ours: of('runs') },
    ];
    if (pathVersion !== ownVersion) {
      const ours = of('path') - of('plain');
      rows.splice(1, 0, {
        what: `trainyard run adds, under Node ${pathVersion}`,
        unit: 'ms',
        ours,
        goal: { most: 150 },
      });
    }
    return rows;
  },
};

/** From the order to start a run, as the window gives it to its background process, until the script runs. */
export const windowLaunching: Measure = {
  name: 'window',
  about: 'a launch as a window asks for it',
  async run(bench) {
    await build({ only: ['supervisor'] });
    const folder = join(bench.scratch, 'window');
    makeProject(folder);
    const earlier = process.env.TRAINYARD_HOME;
    process.env.TRAINYARD_HOME = join(bench.scratch, 'home');
    const times: number[] = [];
    try {
      const rounds = amount(bench, 20, 1);
      for (let round = 0; round <= rounds; round++) {
        const start = performance.now();
        const request = { folder, target: { kind: 'script', path: 'empty.py' }, origin: 'window' } as const;
        const { directory } = await launch(folder, request, new AbortController().signal);
        if (round > 0) times.push(performance.now() - start);
        for (const end = followEnd(directory, 'now'); !(await end()); ) await sleep(endPause);
      }
    } finally {
      if (earlier === undefined) delete process.env.TRAINYARD_HOME;
      else process.env.TRAINYARD_HOME = earlier;
    }
    const what = 'launch from a window until the script runs';
    return [{ what, unit: 'ms', ours: median(times), note: 'in a background process that is ready' }];
  },
};

const endPause = 5;

/** What our start-up hook adds to every Python of a run. */
export const hooking: Measure = {
  name: 'hook',
  about: 'what the start-up hook adds to a Python',
  async run(bench) {
    const script = join(root, 'bench', 'startup.py');
    const args = [script, '--json', '--rounds', String(amount(bench, 40, 1))];
    const { status, stdout, stderr } = spawnSync(plainPython, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    const { plain, hooked } = JSON.parse(stdout) as { plain: number; hooked: number };
    const note = `python -c pass takes ${plain.toFixed(0)} ms`;
    return [{ what: 'start-up hook in each Python of a run', unit: 'ms', ours: hooked - plain, note }];
  },
};

/** What the hook adds to what a script does. */
export const hookedCalls: Measure = {
  name: 'hook-calls',
  about: 'what the hook adds to what Python itself does',
  run: async (bench) => hookedJobs(bench, 'hook_calls.py', plainPython),
};

export const hookedLibraries: Measure = {
  name: 'hook-libraries',
  about: 'what the hook adds to calls of libraries',
  async run(bench) {
    const { python } = await installPythonLibraries(console.log);
    return hookedJobs(bench, 'hook_libraries.py', python);
  },
};

function hookedJobs(bench: Bench, script: string, python: string): Row[] {
  const pairs = ['--json', '--pairs', String(amount(bench, 9, 1))];
  const args = [join(root, 'bench', script), '--python', python, ...pairs];
  const { status, stdout, stderr } = spawnSync(plainPython, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const jobs = JSON.parse(stdout) as Record<string, [seconds: number, ratio: number]>;
  return Object.entries(jobs).map(([job, [seconds, ratio]]) => {
    const note = `${(seconds * 1e6).toFixed(1)} µs without it`;
    return { what: `hook: ${job}`, unit: '%', ours: (ratio - 1) * 100, goal: { most: 3 }, note };
  });
}

function makeProject(folder: string): void {
  mkdirSync(join(folder, '.trainyard'), { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const git = (...args: string[]) => {
    const { status, stderr } = spawnSync('git', args, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`git ${args[0]}: ${stderr}`);
  };
  write('empty.py', 'pass\n');
  for (let module = 0; module < 20; module++) write(`module${module}.py`, 'x = 1\n'.repeat(100));
  git('init', '--quiet');
  git('add', '.');
  git('-c', 'user.name=bench', '-c', 'user.email=bench@localhost', 'commit', '--quiet', '-m', 'begin');
  for (const module of [0, 1]) write(`module${module}.py`, 'x = 2\n'.repeat(100));
  write('new.py', 'y = 1\n');
}

import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { say } from './bootstrap.mjs';
import { root } from './build.mjs';
import { Advice, quiet } from './npm.mjs';

export interface Training {
  name: string;
  script: string;
  args: string[];
  python?: string;
  /** The parameter that says how many steps there will be. */
  steps: string;
}

interface Shown {
  status: string;
  params: Record<string, unknown>;
  metrics: Record<string, { last: number; lastStep: number }>;
  failure: { message: string } | null;
}

const trainyard = join(root, 'bin', 'trainyard.js');

/** Starts a training in the background through `trainyard run`. Answers the run's id. */
export async function startTraining(workspace: string, training: Training): Promise<string> {
  const python = training.python ? ['--python', training.python] : [];
  const named = ['--name', training.name, '--experiment', 'credit'];
  const { id } = await askJson<{ id: string }>(workspace, [
    ...['run', '--detach', '--json', ...named, ...python, training.script],
    ...['--', ...training.args],
  ]);
  return id;
}

/** Waits for runs to end, saying how far they are. Throws where one did not finish. */
export async function watchTrainings(workspace: string, runs: Map<string, Training>): Promise<void> {
  const running = new Map(runs);
  const told = new Map<string, string>();
  while (running.size > 0) {
    for (const [id, training] of running) {
      const shown = await askJson<Shown>(workspace, ['show', id, '--json']);
      const line = progress(training, shown);
      if (line !== told.get(id)) say(line);
      told.set(id, line);
      if (shown.status === 'running' || shown.status === 'queued') continue;
      running.delete(id);
      if (shown.status !== 'finished') throw await failed(workspace, id, training, shown);
    }
    if (running.size > 0) await sleep(500);
  }
}

/** Whole quarters only, so that a log stays short. */
function progress({ name, steps }: Training, { status, params, metrics }: Shown): string {
  if (status !== 'running') return `${name}: ${status}`;
  const total = Number(params[steps]);
  const loss = metrics.loss;
  if (!loss || !(total > 0)) return `${name}: running`;
  const quarter = Math.floor((4 * loss.lastStep) / total);
  return `${name}: running, ${25 * quarter} %`;
}

async function failed(workspace: string, id: string, { name }: Training, shown: Shown): Promise<Error> {
  const { output } = await quiet(process.execPath, [trainyard, 'log', id], { cwd: workspace });
  return new Advice(`The training “${name}” ended as ${shown.status}. It printed:\n${output}`);
}

/** Prints the comparison as `trainyard compare` shows it. */
export function compareRuns(workspace: string, ids: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [trainyard, 'compare', ...ids], {
      cwd: workspace,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Advice(`trainyard compare ended with exit code ${code}.`)),
    );
  });
}

async function askJson<Answer>(workspace: string, args: string[]): Promise<Answer> {
  const { code, stdout, output } = await quiet(process.execPath, [trainyard, ...args], { cwd: workspace });
  if (code !== 0) throw new Advice(`trainyard ${args.join(' ')} failed:\n${output}`);
  return JSON.parse(stdout) as Answer;
}

/**
 * The workspace's virtual environment with requirements.txt installed, made first where there is none.
 *
 * @returns its Python, or why there is none
 */
export async function virtualEnvironment(workspace: string): Promise<{ python: string } | { problem: string }> {
  const windows = process.platform === 'win32';
  const folder = join(workspace, '.venv');
  const python = windows ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
  const complete = async () => (await quiet(python, ['-c', 'import sklearn'], { cwd: workspace })).code === 0;
  if (existsSync(python) && (await complete())) return { python };
  say('Installing scikit-learn into a virtual environment of the sample');
  const made = await quiet(windows ? 'python' : 'python3', ['-m', 'venv', folder], { cwd: workspace });
  if (made.code !== 0) {
    rmSync(folder, { recursive: true, force: true });
    return { problem: `python3 -m venv failed: ${lastLine(made.output)}` };
  }
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', 'requirements.txt'];
  const installed = await quiet(python, install, { cwd: workspace });
  if (installed.code === 0 && (await complete())) return { python };
  rmSync(folder, { recursive: true, force: true });
  return { problem: `pip could not install requirements.txt: ${lastLine(installed.output)}` };
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? '';
}

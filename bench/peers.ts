import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { root } from '../scripts/build.mjs';
import { quiet } from '../scripts/npm.mjs';
import { tools } from '../scripts/vscode-server.ts';

/** What is measured beside us, with the package and the version that it comes in. */
const packages = {
  mlflow: 'mlflow-skinny==3.17.2 sqlalchemy==2.1.9 alembic==1.20.1 scikit-learn==1.9.1 pandas==3.0.6',
  wandb: 'wandb==0.31.0',
  tensorboard: 'tensorboard==2.21.0',
  trackio: 'trackio==0.43.0',
  dvclive: 'dvclive==3.49.1',
};
export type PeerName = keyof typeof packages;

export interface Peers {
  /** The interpreter of the virtual environment; python3 itself where none could be made. */
  python: string;
  installed: PeerName[];
  /** Why a peer is missing, in pip's words. */
  missing: { name: string; problem: string }[];
}

const windows = process.platform === 'win32';
export const plainPython = windows ? 'python' : 'python3';

/** Installs the peers into `.tools/bench-peers`, each by itself, so that one which cannot be had does not keep the others away. */
export async function installPeers(say: (line: string) => void): Promise<Peers> {
  const folder = join(tools, 'bench-peers');
  const python = windows ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
  mkdirSync(tools, { recursive: true });
  if (!existsSync(python)) {
    const made = await quiet(plainPython, ['-m', 'venv', folder], { cwd: tools });
    if (made.code !== 0) {
      const problem = lastLine(made.output);
      return {
        python: plainPython,
        installed: [],
        missing: Object.keys(packages).map((name) => ({ name, problem })),
      };
    }
  }
  const installed: PeerName[] = [];
  const missing: Peers['missing'] = [];
  for (const [name, wanted] of Object.entries(packages) as [PeerName, string][]) {
    say(`Installing ${wanted.split(' ')[0]}`);
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...wanted.split(' ')];
    const { code, output } = await quiet(python, install, { cwd: tools });
    if (code === 0) installed.push(name);
    else missing.push({ name, problem: lastLine(output) });
  }
  return { python, installed, missing };
}

/** The versions that are measured, for the table. */
export function peerVersions(installed: PeerName[]): string[] {
  return installed.map((name) => (packages[name].split(' ')[0] as string).replace('-skinny', '').replace('==', ' '));
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? '';
}

export interface ToolAnswer {
  /** What the script wrote as its one line of JSON; undefined where it wrote none. */
  json: Record<string, number> | undefined;
  problem: string;
}

const toolDeadline = 240_000;

/**
 * Runs a script of bench/peers in `cwd`, which must be an empty folder: some tools write where they are started.
 *
 * @param deadline in milliseconds; then it is ended, and has answered nothing
 */
export function runTool(
  python: string,
  script: string,
  args: string[],
  cwd: string,
  deadline = toolDeadline,
): Promise<ToolAnswer> {
  return new Promise((resolve, reject) => {
    const child = spawn(python, [join(root, 'bench', 'peers', script), ...args], {
      cwd,
      env: toolEnvironment(cwd),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: deadline,
      killSignal: 'SIGKILL',
    });
    const texts = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      texts.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      texts.stderr += text;
    });
    child.on('error', reject);
    child.on('close', () => {
      const line = texts.stdout.trim().split('\n').at(-1) ?? '';
      resolve({ json: line.startsWith('{') ? JSON.parse(line) : undefined, problem: lastLine(texts.stderr) });
    });
  });
}

/** No tracked run around it, no repository above it, and no machine-wide settings. */
function toolEnvironment(cwd: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(TRAINYARD|PYTHONPATH|GIT_|WANDB|MLFLOW)/.test(name));
  return {
    ...Object.fromEntries(own),
    BENCH_TRAINYARD: join(root, 'python'),
    GIT_CEILING_DIRECTORIES: cwd,
    PYTHONDONTWRITEBYTECODE: '1',
  };
}

import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isAlive } from '../../src/base/process-identity.ts';
import { runProcesses } from '../../src/tracking/run-processes.ts';

const entry = join(import.meta.dirname, '../../bin/trainyard.js');

export interface Ended {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}

/** A folder of its own for one test, with a user folder of its own, in which `trainyard` is typed. */
export interface Playground {
  folder: string;
  environment: NodeJS.ProcessEnv;
  /** Writes a file below the folder; answers its path. */
  file(name: string, lines: string[]): string;
  /** Runs `trainyard` to its end. */
  trainyard(...args: string[]): Promise<Ended>;
  /** The same, parsed from the one JSON document on standard output. */
  json(...args: string[]): Promise<{ code: number | null; value: unknown; stderr: string }>;
  /** Starts `trainyard` and leaves it running. */
  start(...args: string[]): ChildProcess;
  /** The same with standard output going into an open file. */
  startInto(descriptor: number, ...args: string[]): ChildProcess;
  remove(): Promise<void>;
}

export function playground(): Playground {
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'trainyard-cli-')));
  const folder = join(top, 'project');
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    TRAINYARD_HOME: join(top, 'home'),
    TRAINYARD_STOP_GRACE_MS: '2000',
    NO_COLOR: '1',
  };
  for (const name of ['TRAINYARD_RUN', 'TRAINYARD_RUN_DIR', 'TRAINYARD_STORE']) delete environment[name];
  const started = new Set<ChildProcess>();
  const startInto = (stdout: number | 'pipe', ...args: string[]) => {
    const stdio: StdioOptions = ['pipe', stdout, 'pipe'];
    const child = spawn(process.execPath, [entry, ...args], { cwd: folder, env: environment, stdio });
    started.add(child);
    child.once('close', () => started.delete(child));
    return child;
  };
  const start = (...args: string[]) => startInto('pipe', ...args);
  const trainyard = (...args: string[]) => ended(start(...args));
  const here: Playground = {
    folder,
    environment,
    file(name, lines) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `${lines.join('\n')}\n`);
      return path;
    },
    trainyard,
    async json(...args) {
      const { code, stdout, stderr } = await trainyard(...args);
      return { code, value: parsed(stdout, stderr), stderr };
    },
    start,
    startInto,
    async remove() {
      for (const child of started) child.kill('SIGKILL');
      for (const id of runningIn(join(folder, '.trainyard', 'runs'))) await trainyard('stop', id);
      rmSync(top, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  mkdirSync(folder);
  return here;
}

export function ended(child: ChildProcess): Promise<Ended> {
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, ...texts }));
  });
}

/** The runs of a store whose script lives, or may yet be started. */
function runningIn(runs: string): string[] {
  if (!existsSync(runs)) return [];
  const folders = readdirSync(runs, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders
    .map(({ name }) => name)
    .filter((id) => {
      const { supervisor, script } = runProcesses(join(runs, id));
      return script ? isAlive(script) : supervisor !== null && isAlive(supervisor);
    });
}

function parsed(stdout: string, stderr: string): unknown {
  try {
    return JSON.parse(stdout);
  } catch (error) {
    throw new Error(`Not one JSON document: ${JSON.stringify(stdout)}; standard error: ${stderr}`, { cause: error });
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { causeText } from '../../base/fault.ts';
import { makeFolders, readIfThere, writeWhole } from '../../base/files.ts';
import { askInstalled, type InstalledAnswer } from '../../base/installed-packages.ts';
import { isPlainRequirement, localFolder, requirementLines, requirementsText } from '../../base/requirements.ts';
import { userFolder } from '../../base/user-folder.ts';
import { fault } from '../../contract/errors.ts';
import type { ReproducedPython } from '../../contract/reproduction.ts';
import type { RunDetails } from '../../contract/run.ts';
import type { Installation } from '../../contract/supervisor-record.ts';
import { cleanEnvironment } from '../clean-environment.ts';
import { findProgram } from '../find-program.ts';
import { findInterpreters } from '../interpreters.ts';
import { environmentPython } from '../probe-python.ts';
import { readLock } from './read-lock.ts';

export interface PreparePython {
  /** Holds `python/`. */
  tools: string;
  cwd: string;
  env: Record<string, string>;
  /** Whether an environment may be made, which installs packages from the network. */
  build: boolean;
  signal: AbortSignal;
  say(line: string): void;
}

/**
 * The Python to run again with: the recorded one where it has what it had, else one that is made from the lock and kept in the
 * user folder, else the recorded one as it is now, with the reason.
 *
 * @throws `cancelled`
 */
export async function preparePython(run: RunDetails, how: PreparePython): Promise<ReproducedPython> {
  const { installation, interpreter } = run;
  const lock = readLock(run);
  if (interpreter === null || !installation || lock === undefined)
    return { how: 'present', path: interpreter, problem: null };
  const wanted = requirementLines(lock);
  const present = await whatIsThere(interpreter, how);
  if (present && isSame(present, installation, wanted)) return { how: 'same', path: interpreter, problem: null };
  if (!how.build) return { how: 'present', path: interpreter, problem: null };
  try {
    const path = await environmentFor(installation, wanted, present ? interpreter : undefined, how);
    return { how: 'rebuilt', path, problem: null };
  } catch (error) {
    if (how.signal.aborted) throw fault('cancelled', {}, error);
    return { how: 'present', path: interpreter, problem: causeText(error) };
  }
}

async function whatIsThere(python: string, { tools, cwd, env }: PreparePython): Promise<InstalledAnswer | undefined> {
  const environment = { ...cleanEnvironment(process.env), ...env };
  // One that does not start any more has nothing.
  return askInstalled({ python, cwd, environment, tools }).catch(() => undefined);
}

function isSame(present: InstalledAnswer, { python, implementation }: Installation, wanted: string[]): boolean {
  const unknown = { commit: null, remote: null, dirty: false };
  const locals = present.packages.flatMap((item) => {
    const folder = localFolder(item);
    return folder ? [{ name: item.name, version: item.version, ...folder, ...unknown }] : [];
  });
  const lines = requirementLines(requirementsText('', present.packages, locals));
  return (
    present.python === python && present.implementation === implementation && lines.join('\n') === wanted.join('\n')
  );
}

/** Kept under the hash of what is in it; what was broken off is never taken for whole. */
async function environmentFor(
  { python, implementation }: Installation,
  wanted: string[],
  interpreter: string | undefined,
  how: PreparePython,
): Promise<string> {
  const strange = wanted.find((line) => !isPlainRequirement(line));
  if (strange !== undefined) throw new Error(`the lock has a line that Trainyard does not write: ${strange}`);
  const folder = join(userFolder(), 'environments');
  const content = JSON.stringify([implementation, python, process.platform, process.arch, wanted]);
  const key = createHash('sha256').update(content).digest('hex').slice(0, 24);
  const known = readIfThere(join(folder, `${key}.txt`))?.toString('utf8');
  if (known !== undefined && existsSync(environmentPython(known))) return environmentPython(known);
  const base = interpreter ?? (await anotherPython(python, how.cwd));
  const made = join(folder, `${key}-${randomBytes(3).toString('hex')}`);
  try {
    makeFolders(folder, 0o700);
    const file = `${made}.requirements.txt`;
    writeWhole(file, `${wanted.join('\n')}\n`, 0o600);
    await build(base, made, file, how);
    rmSync(file);
    writeWhole(join(folder, `${key}.txt`), made, 0o600);
    return environmentPython(made);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    rmSync(`${made}.requirements.txt`, { force: true });
    throw error;
  }
}

/** One of the same minor version. */
async function anotherPython(version: string, cwd: string): Promise<string> {
  const minor = version.split('.').slice(0, 2).join('.');
  const found = (await findInterpreters(cwd)).find((item) => item.version.startsWith(`${minor}.`));
  if (!found) throw new Error(`there is no Python ${minor}`);
  return found.path;
}

/** Without looking for what packages need, because the lock has all of it. */
async function build(python: string, folder: string, requirements: string, how: PreparePython): Promise<void> {
  const uv = findProgram('uv', how.cwd, process.env);
  if (uv) {
    await run(uv, ['venv', '--no-config', '--no-project', '--python', python, folder], how);
    const target = ['--python', environmentPython(folder)];
    await run(uv, ['pip', 'install', '--no-config', '--no-deps', ...target, '-r', requirements], how);
    return;
  }
  await run(python, ['-m', 'venv', folder], how);
  const quiet = ['--disable-pip-version-check', '--no-input', '--progress-bar', 'off'];
  await run(environmentPython(folder), ['-m', 'pip', 'install', ...quiet, '--no-deps', '-r', requirements], how);
}

const mostLines = 20;

/** Rejected with the last that the program said. */
function run(program: string, args: string[], { cwd, signal, say }: PreparePython): Promise<void> {
  const env = cleanEnvironment(process.env);
  for (const name of ['PYTHONPATH', 'PYTHONHOME', 'VIRTUAL_ENV']) delete env[name];
  const child: ChildProcess = spawn(program, args, {
    cwd,
    env,
    signal,
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const last: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on('line', (line) => {
      last.push(line);
      if (last.length > mostLines) last.shift();
      say(line);
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) return resolve();
      const words = last.filter((line) => line.trim() !== '').slice(-4);
      reject(new Error(words.join(' ') || `${program} ended with ${code}`));
    });
  });
}

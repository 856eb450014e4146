import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { basename, delimiter, dirname, join, resolve } from 'node:path';
import process, { arch } from 'node:process';
import { causeText, systemCode } from '../../base/fault.ts';
import { readIfThere, writeWhole } from '../../base/files.ts';
import { askInstalled, type Installed, type InstalledAnswer } from '../../base/installed-packages.ts';
import { type LocalPackage, localFolder, requirementsText } from '../../base/requirements.ts';
import { nowMicros } from '../../base/time.ts';
import { recordVariables } from '../../contract/environment-variables.ts';
import type { SupervisorRecord } from '../../contract/supervisor-record.ts';
import { scriptEnvironment } from '../child-environment.ts';
import type { RunSettings } from '../settings.ts';
import { findSurroundings } from './container.ts';
import { askGpuDriver } from './gpu-driver.ts';

type Write = (record: SupervisorRecord) => void;

export const lockFile = 'environment/requirements.txt';

/**
 * Records the machine and what is installed, beside the running script. Resolves when all of it is written; a failure becomes a
 * warning of the run.
 *
 * @param tools the folder that holds `python/` beside the supervisor
 */
export async function recordEnvironment(settings: RunSettings, tools: string, write: Write): Promise<void> {
  const environment = scriptEnvironment(settings.env, process.env);
  await Promise.all([
    recordMachine(environment, write),
    recordInstallation(settings, environment, tools, write).catch((error: unknown) => {
      const params = { problem: causeText(error) };
      write({ kind: 'warning', t: nowMicros(), code: 'packages-not-recorded', params });
    }),
  ]);
}

async function recordMachine(environment: NodeJS.ProcessEnv, write: Write): Promise<void> {
  const { driver, cuda } = await askGpuDriver();
  write({
    kind: 'machine',
    t: nowMicros(),
    distribution: distribution(),
    architecture: arch,
    libc: libc(),
    gpuDriver: driver,
    cuda,
    surroundings: findSurroundings(environment),
    ...recordVariables(environment),
  });
}

function distribution(): string | null {
  const text = readIfThere('/etc/os-release')?.toString('utf8') ?? '';
  return /^PRETTY_NAME="?(.*?)"?$/m.exec(text)?.[1] ?? null;
}

function libc(): string | null {
  if (process.platform !== 'linux') return null;
  // Else it would ask name servers.
  Object.assign(process.report, { excludeNetwork: true });
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return header?.glibcVersionRuntime ? `glibc ${header.glibcVersionRuntime}` : null;
}

async function recordInstallation(
  { interpreter, command, cwd, folder }: RunSettings,
  environment: NodeJS.ProcessEnv,
  tools: string,
  write: Write,
): Promise<void> {
  const python = interpreter ?? pythonOf(command[0], cwd, environment.PATH);
  if (python === undefined) return;
  const answer = await askInstalled({ python, cwd, environment, tools });
  const locals = await lookAtLocals(answer.packages);
  const head = `${answer.implementation} ${answer.python}, ${process.platform} ${arch}`;
  const text = requirementsText(head, answer.packages, locals);
  // Not the folders above it: those of a run that was deleted meanwhile stay gone.
  makeIn(folder, dirname(lockFile));
  writeWhole(join(folder, lockFile), text);
  write({
    kind: 'installation',
    t: nowMicros(),
    lock: lockFile,
    sha256: createHash('sha256').update(text).digest('hex'),
    packages: answer.packages.length,
    python: answer.python,
    implementation: answer.implementation,
    executable: answer.executable,
    environment: kindOf(answer),
    prefix: answer.prefix,
    basePrefix: answer.basePrefix,
    places: answer.places,
    locals: locals.map(({ name, version, path, editable, commit }) => ({ name, version, path, editable, commit })),
  });
}

/** It may be there from an earlier supervisor of the run. */
function makeIn(folder: string, name: string): void {
  try {
    mkdirSync(join(folder, name));
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
}

const isPython = (program: string) => /^(python|pypy)[\d.]*(\.exe)?$/i.test(basename(program));

/** The interpreter of a program that is one, or that was installed into a virtual environment, as `torchrun` is. */
function pythonOf(program: string, cwd: string, path = ''): string | undefined {
  if (isPython(program)) return program;
  const folders = basename(program) === program ? path.split(delimiter) : [dirname(resolve(cwd, program))];
  const folder = folders.find((candidate) => candidate !== '' && existsSync(join(candidate, basename(program))));
  if (folder === undefined || !existsSync(join(folder, '..', 'pyvenv.cfg'))) return undefined;
  const python = join(folder, process.platform === 'win32' ? 'python.exe' : 'python');
  return existsSync(python) ? python : undefined;
}

function kindOf({ conda, prefix, basePrefix }: InstalledAnswer): 'venv' | 'conda' | 'system' {
  if (prefix !== basePrefix) return 'venv';
  return conda ? 'conda' : 'system';
}

const mostLocals = 50;

function lookAtLocals(packages: Installed[]): Promise<LocalPackage[]> {
  const found = packages.flatMap((item) => {
    const folder = localFolder(item);
    return folder ? [{ name: item.name, version: item.version, ...folder }] : [];
  });
  return Promise.all(
    found.slice(0, mostLocals).map(async (local) => {
      const commit = await git(local.path, ['rev-parse', 'HEAD']);
      if (commit === null) return { ...local, commit, remote: null, dirty: false };
      const [remote, status] = await Promise.all([
        git(local.path, ['config', '--get', 'remote.origin.url']),
        git(local.path, ['status', '--porcelain', '--untracked-files=no', '--', '.']),
      ]);
      return { ...local, commit, remote, dirty: status !== null };
    }),
  );
}

/** What git prints; null where that is nothing, or there is no repository. */
function git(folder: string, args: string[]): Promise<string | null> {
  const variables = { GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
  const environment = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  const options = { encoding: 'utf8', timeout: 5_000, windowsHide: true, cwd: folder } as const;
  const settings = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];
  return new Promise((resolve) => {
    const env = { ...Object.fromEntries(environment), ...variables };
    execFile('git', [...settings, ...args], { ...options, env }, (error, stdout) => {
      resolve(error ? null : stdout.trim() || null);
    });
  });
}

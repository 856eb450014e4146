import { type ExecFileException, execFile } from 'node:child_process';
import { closeSync, lstatSync, openSync, readFileSync, readlinkSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process, { arch, platform } from 'node:process';
import { causeText, systemCode } from '../base/fault.ts';
import { lookAt } from '../base/files.ts';
import { fault } from '../contract/errors.ts';
import { cleanEnvironment } from './clean-environment.ts';
import { basisOf, recall, remember } from './probe-memory.ts';

const oldest = [3, 8] as const;
const probeDeadline = 20_000;
const question = `
import sys
print("trainyard %d.%d.%d" % sys.version_info[:3])
print(sys.executable)
print(getattr(sys.modules.get("encodings"), "__file__", ""))
`;

export interface PythonProbe {
  version: string;
  /** What it says it is: behind a shim, the interpreter that the shim leads to. */
  executable: string;
}

const known = new Map<string, { basis: string | number; probe: Promise<PythonProbe> }>();

/**
 * Asks an interpreter what it is, by starting it once; remembered until something changes on which its answer depends.
 *
 * @param folder where it is started, because a shim may choose by it
 * @throws `python-broken`, `python-too-old`
 */
export function probePython(python: string, folder: string, signal?: AbortSignal): Promise<PythonProbe> {
  const told = basisOf(python, folder);
  const remembered = told && recall(told);
  if (remembered) return Promise.resolve(remembered);
  const key = JSON.stringify([python, folder]);
  const basis = told ?? lookAt(python)?.mtimeMs ?? 0;
  const earlier = known.get(key);
  if (earlier && earlier.basis === basis) return earlier.probe;
  const probe = start(python, folder, told, signal);
  known.set(key, { basis, probe });
  probe.catch(() => known.delete(key));
  return probe;
}

async function start(
  python: string,
  folder: string,
  basis: string | undefined,
  signal?: AbortSignal,
): Promise<PythonProbe> {
  const answer = await ask(python, ['-E', '-S', '-c', question], folder, signal);
  const [, version, executable = '', library = ''] = /^trainyard (\d+\.\d+\.\d+)\r?\n(.*)\n?(.*)/m.exec(answer) ?? [];
  if (!version) throw fault('python-broken', { python, problem: 'it does not answer like a Python' });
  const [major, minor] = version.split('.').map(Number) as [number, number];
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    throw fault('python-too-old', { python, version: `${major}.${minor}` });
  }
  const probe = { version, executable: executable.trim() || python };
  if (basis !== undefined && remember(basis, python, probe, library.trim()))
    known.delete(JSON.stringify([python, folder]));
  return probe;
}

function ask(python: string, args: string[], folder: string, signal?: AbortSignal): Promise<string> {
  const options = {
    encoding: 'utf8' as const,
    timeout: probeDeadline,
    windowsHide: true,
    cwd: folder,
    env: cleanEnvironment(process.env),
    ...(signal ? { signal } : {}),
  };
  return new Promise((resolve, reject) => {
    execFile(python, args, options, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      if (signal?.aborted) return reject(fault('cancelled'));
      const problem = brokenEnvironment(python) ?? foreignProgram(python) ?? startProblem(error, stderr);
      reject(fault('python-broken', { python, problem }, error));
    });
  });
}

function startProblem(error: ExecFileException, stderr: string): string {
  if (error.killed) return `no answer after ${probeDeadline / 1000} seconds`;
  if (systemCode(error) === 'ENOENT') return 'the file does not exist';
  if (systemCode(error) === 'EACCES') return 'the file may not be executed';
  const lines = stderr.trim().split('\n').filter(Boolean);
  if (lines.length > 0) return lines.at(-1) as string;
  if (error.code === noCommand) return 'it ended with exit code 127: it is a script that did not find its Python';
  return typeof error.code === 'number' ? `it ended with exit code ${error.code} and said nothing` : causeText(error);
}

/** What a shell answers for a command that is not there. */
const noCommand = 127;

/** ELF's numbers for the processors that Node runs on. */
const machines: Partial<Record<NodeJS.Architecture, number>> = { x64: 62, arm64: 183, ia32: 3, arm: 40 };

/** The system hands a program of another processor to a shell, whose words about it mean nothing. */
function foreignProgram(python: string): string | undefined {
  const head = Buffer.alloc(20);
  try {
    const descriptor = openSync(python, 'r');
    readSync(descriptor, head, 0, head.length, 0);
    closeSync(descriptor);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
  const isElf = head.subarray(1, 4).toString('latin1') === 'ELF' && head[0] === 0x7f;
  const own = machines[arch];
  if (!isElf || own === undefined || head.readUInt16LE(18) === own) return undefined;
  return `it is a program for another processor than this machine’s (${arch})`;
}

/** Why a virtual environment's interpreter cannot start, where its files tell. */
export function brokenEnvironment(python: string): string | undefined {
  const link = lstatSync(python, { throwIfNoEntry: false });
  if (link?.isSymbolicLink() && !lookAt(python)) {
    return `it is a link to ${readlinkSync(python)}, which does not exist`;
  }
  const home = environmentHome(dirname(dirname(python)));
  if (home !== undefined && !lookAt(home)) {
    return `its virtual environment was made with the Python in ${home}, which does not exist any more`;
  }
  return link ? undefined : missingInEnvironment(python);
}

function missingInEnvironment(python: string): string | undefined {
  const environment = dirname(dirname(python));
  if (!lookAt(join(environment, 'pyvenv.cfg'))) return undefined;
  return `the virtual environment ${environment} has no interpreter`;
}

function environmentHome(environment: string): string | undefined {
  try {
    const config = readFileSync(join(environment, 'pyvenv.cfg'), 'utf8');
    return /^\s*home\s*=\s*(.+?)\s*$/m.exec(config)?.[1];
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Where an environment folder keeps its interpreter, whether or not it is there. */
export function environmentPython(environment: string): string {
  if (platform !== 'win32') return join(environment, 'bin', 'python');
  const own = join(environment, 'python.exe');
  return lookAt(own) ? own : join(environment, 'Scripts', 'python.exe');
}

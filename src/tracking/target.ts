import { execFile } from 'node:child_process';
import { basename, extname, join, resolve, sep } from 'node:path';
import process from 'node:process';
import { lookAt, pathInside } from '../base/files.ts';
import { fault } from '../contract/errors.ts';
import type { RunTarget } from '../contract/run-file.ts';
import { cleanEnvironment } from './clean-environment.ts';
import { findProgram } from './find-program.ts';
import { chooseInterpreter } from './interpreters.ts';

export interface TargetRequest {
  /** Where a relative script path is taken from. */
  folder: string;
  /** Absolute: where the program is started. */
  cwd: string;
  target: RunTarget;
  args: string[];
  python?: string | undefined;
  env: Record<string, string>;
}

export interface ResolvedTarget {
  /** With absolute paths. */
  target: RunTarget;
  /** The program first; `tools` is where the Python side will be. */
  command(tools: string): string[];
  interpreter: string | null;
  /** The target's short name, for the names of runs and experiments. */
  stem: string;
}

/**
 * Checks what is to be run before anything is written.
 *
 * @throws `cwd-missing`, `script-missing`, `script-is-folder`, `module-missing`, `program-missing`, `python-…`
 */
export async function resolveTarget(request: TargetRequest, signal: AbortSignal): Promise<ResolvedTarget> {
  const { cwd, target, args } = request;
  if (!lookAt(cwd)?.isDirectory()) throw fault('cwd-missing', { folder: cwd });
  if (target.kind === 'program') return resolveProgram(request, target.argv);
  if (target.kind === 'module') {
    const python = await interpreter(request, signal);
    await checkModule(python, target.module, request, signal);
    return {
      target,
      command: () => [python, '-m', target.module, ...args],
      interpreter: python,
      stem: target.module.replace(/\.__main__$/, ''),
    };
  }
  const path = resolve(request.folder, target.path);
  checkScript(path, request.folder);
  const python = await interpreter(request, signal);
  const asTyped = pathFrom(cwd, path);
  return {
    target: { ...target, path },
    command:
      target.kind === 'script'
        ? () => [python, asTyped, ...args]
        : (tools) => [python, join(tools, 'python', 'trainyard', 'run_notebook.py'), asTyped, ...args],
    interpreter: python,
    stem: basename(path, extname(path)),
  };
}

async function interpreter({ folder, python }: TargetRequest, signal: AbortSignal): Promise<string> {
  return (await chooseInterpreter(folder, python, signal)).path;
}

function checkScript(path: string, from: string): void {
  const found = lookAt(path);
  if (!found) throw fault('script-missing', { file: path, cwd: from });
  if (found.isDirectory()) throw fault('script-is-folder', { file: path });
}

/** As a person in that folder would type it, so that `sys.argv[0]` and messages are what they are without tracking. */
function pathFrom(cwd: string, path: string): string {
  const inside = pathInside(cwd, path);
  if (inside === undefined) return path;
  return inside.startsWith('-') ? `.${sep}${inside}` : inside;
}

function resolveProgram(request: TargetRequest, argv: string[]): ResolvedTarget {
  const [program, ...rest] = argv as [string, ...string[]];
  const environment = { ...cleanEnvironment(process.env), ...request.env };
  const file = findProgram(program, request.cwd, environment);
  if (!file) throw fault('program-missing', { program });
  const first = process.platform === 'win32' ? file : program;
  return {
    target: { kind: 'program', argv },
    command: () => [first, ...rest, ...request.args],
    interpreter: null,
    stem: programStem(program, rest),
  };
}

/** A shell's script says more than the shell. */
function programStem(program: string, [script]: string[]): string {
  const isShell = /^(ba|da|k|z)?sh$/.test(basename(program));
  const named = isShell && script !== undefined && !script.startsWith('-') ? script : program;
  return basename(named, named === script || process.platform === 'win32' ? extname(named) : '');
}

/** Finds a module without importing anything of it, so that nothing is run twice. */
const moduleQuestion = `
import sys, importlib.util
def find(name, path):
    if path is None:
        return None if '.' in name else importlib.util.find_spec(name)
    for finder in sys.meta_path:
        spec = finder.find_spec(name, path) if hasattr(finder, 'find_spec') else None
        if spec is not None:
            return spec
def exists(module):
    name, path = '', None
    for part in module.split('.'):
        name = name + '.' + part if name else part
        spec = find(name, path)
        if spec is None:
            return False
        path = spec.submodule_search_locations
    return path is None or find(name + '.__main__', path) is not None
print('trainyard', exists(sys.argv[1]))
`;
const questionDeadline = 20_000;

async function checkModule(python: string, module: string, request: TargetRequest, signal: AbortSignal): Promise<void> {
  const environment = { ...cleanEnvironment(process.env), ...request.env };
  const options = {
    encoding: 'utf8' as const,
    timeout: questionDeadline,
    windowsHide: true,
    cwd: request.cwd,
    env: environment,
    signal,
  };
  const answer = await new Promise<string>((resolve) => {
    // Where the question itself fails, the run will tell why.
    execFile(python, ['-c', moduleQuestion, module], options, (error, stdout) => resolve(error ? '' : stdout));
  });
  if (signal.aborted) throw fault('cancelled');
  if (answer.includes('trainyard False')) throw fault('module-missing', { module, python });
}

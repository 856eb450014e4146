import { join, relative, resolve, sep } from 'node:path';
import { Fault, paramTexts } from '../base/fault.ts';
import { lookAt } from '../base/files.ts';
import type { ScriptCandidate, ScriptForm } from '../contract/arguments.ts';
import { chooseInterpreter, findScripts, lastLaunches, readScriptForm } from '../tracking/index.ts';
import type { Folders } from './folders.ts';

/** The scripts of a folder; those that were run before come first. */
export function scriptsOf(folders: Folders, folder: string, signal: AbortSignal): Promise<ScriptCandidate[]> {
  return findScripts(folder, { lastRuns: lastRuns(folders, folder), signal });
}

interface FormRequest {
  folder: string;
  path: string | undefined;
  module: string | undefined;
  python: string | undefined;
}

export async function scriptForm(folders: Folders, { folder, path, module, python }: FormRequest): Promise<ScriptForm> {
  const file = path === undefined ? moduleFile(folder, module ?? '') : resolve(folder, path);
  const reading = file === undefined ? nothingToRead : readScriptForm(file, folder);
  const [form, interpreter] = await Promise.all([reading, interpreterFor(folders, folder, python)]);
  const name = file && relative(folder, file).split(sep).join('/');
  const lastArgs = name ? (lastRuns(folders, folder).get(name)?.args ?? null) : null;
  return { ...form, path: file ?? null, lastArgs, ...interpreter };
}

const nothingToRead = { arguments: [], problems: [], unread: [] };

/** Where a module of the folder lies, without asking Python: what it would import may be anything. */
function moduleFile(folder: string, module: string): string | undefined {
  const parts = module.split('.');
  return [folder, join(folder, 'src')]
    .flatMap((top) => [`${join(top, ...parts)}.py`, join(top, ...parts, '__main__.py')])
    .find((file) => module !== '' && lookAt(file)?.isFile());
}

/** To know an interpreter it must be started, which an untrusted folder's own must not be. */
async function interpreterFor(folders: Folders, folder: string, asked: string | undefined) {
  try {
    folders.starting(folder);
    return { interpreter: await chooseInterpreter(folder, asked), interpreterProblem: null };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { interpreter: null, interpreterProblem: { code: error.code, params: paramTexts(error.params) } };
  }
}

type LastRun = { time: number; args: string[] };

/** What was run last with each script, by its path in the folder; nothing where there is no store yet. */
function lastRuns(folders: Folders, folder: string): Map<string, LastRun> {
  try {
    return lastLaunches(folders.reading(folder), folder);
  } catch (error) {
    if (error instanceof Fault) return new Map();
    throw error;
  }
}

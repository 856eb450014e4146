import { relative, sep } from 'node:path';
import { Fault, paramTexts } from '../base/fault.ts';
import type { ScriptCandidate, ScriptForm } from '../contract/arguments.ts';
import { chooseInterpreter, findScripts, lastLaunches, readScriptForm } from '../tracking/index.ts';
import type { Folders } from './folders.ts';

/** The scripts of a folder; those that were run before come first. */
export function scriptsOf(folders: Folders, folder: string, signal: AbortSignal): Promise<ScriptCandidate[]> {
  return findScripts(folder, { lastRuns: lastRuns(folders, folder), signal });
}

export async function scriptForm(
  folders: Folders,
  folder: string,
  path: string,
  python: string | undefined,
): Promise<ScriptForm> {
  const [form, interpreter] = await Promise.all([readScriptForm(path), interpreterFor(folders, folder, python)]);
  const lastArgs = lastRuns(folders, folder).get(relative(folder, path).split(sep).join('/'))?.args ?? null;
  return { ...form, path, lastArgs, ...interpreter };
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

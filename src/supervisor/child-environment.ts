import { delimiter, join } from 'node:path';
import { platform } from 'node:process';
import type { RunSettings } from './settings.ts';

/** Meant for the supervisor alone; a script must not see them. */
export const supervisorVariables = [
  'ELECTRON_RUN_AS_NODE',
  'TRAINYARD_STOP_GRACE_MS',
  'TRAINYARD_STOP_TERM_MS',
  'TRAINYARD_DEBUGGER',
  'TRAINYARD_DEBUGPY',
  'TRAINYARD_DEBUG_PROCESSES',
];

/** Where launchers of distributed trainings say a process's number, as in python/_trainyard/ranks.py. */
const rankVariables = ['RANK', 'LOCAL_RANK', 'OMPI_COMM_WORLD_RANK', 'PMIX_RANK', 'PMI_RANK', 'SLURM_PROCID'];

/** An entry that an outer tracked run has put on the path. */
const hookEntry = /[\\/]tools[\\/][0-9a-f]{16}[\\/]python[\\/]hook$/;

/** The supervisor's own environment as a script may see it, and what was asked for with the run. */
export function scriptEnvironment(asked: Record<string, string>, own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { ...own };
  for (const name of supervisorVariables) delete environment[name];
  Object.assign(environment, asked);
  const path = (environment.PYTHONPATH ?? '').split(delimiter).filter((entry) => entry && !hookEntry.test(entry));
  if (path.length > 0) environment.PYTHONPATH = path.join(delimiter);
  else delete environment.PYTHONPATH;
  return environment;
}

/**
 * What the script's environment is: the supervisor's own, what was asked for with the run, and what tells the Python side
 * where it is.
 *
 * @param tools the folder that holds `python/` beside the supervisor
 */
export function childEnvironment(settings: RunSettings, own: NodeJS.ProcessEnv, tools: string): NodeJS.ProcessEnv {
  const environment = scriptEnvironment(settings.env, own);
  const rest = environment.PYTHONPATH;
  const hook = join(tools, 'python', 'hook');
  environment.PYTHONPATH = rest ? `${hook}${delimiter}${rest}` : hook;
  environment.TRAINYARD_RUN = settings.id;
  environment.TRAINYARD_RUN_DIR = settings.folder;
  environment.TRAINYARD_STORE = settings.store;
  // Where the whole run is one rank of something larger, no process in it is a rank for having inherited that.
  const rank = rankVariables.map((name) => environment[name]).find((value) => /^\d+$/.test(value ?? ''));
  if (rank === undefined) delete environment.TRAINYARD_RANK;
  else environment.TRAINYARD_RANK = String(Number(rank));
  // A file as output makes Python on Windows fall back to the code page, in which most characters cannot be printed.
  if (platform === 'win32') environment.PYTHONIOENCODING ??= 'utf-8';
  return environment;
}

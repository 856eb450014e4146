import { rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { causeText } from '../../base/fault.ts';
import { keeperFile } from '../../base/keeper-log.ts';
import { asFault, errorMessage, fillIn, withFix } from '../../contract/errors.ts';
import type { QueueEntry } from '../../contract/queue.ts';
import type { RunFile } from '../../contract/run-file.ts';
import { captureCode } from '../code-state.ts';
import { pythonWithoutHook } from '../python-without-hook.ts';
import { runFolder } from '../run-folder.ts';
import { survivalWarnings } from '../session-survival.ts';
import { bootSupervisor } from '../start-supervisor.ts';
import { resolveTarget } from '../target.ts';
import { forgetStart, type KeptStart, readKeptStart } from './kept-start.ts';
import { type Stage, stageOf } from './stage.ts';
import { writeEnd } from './take-out.ts';
import { isAboutToBegin } from './waiting-runs.ts';

const never = new AbortController().signal;

/**
 * Starts a run that this process has claimed, as it was asked for; answers whether it runs. What cannot be started any more ends as
 * failed, and says why.
 *
 * @param claimed `claim` is the name of the entry's file
 * @param tools the folder with the supervisor
 * @throws `start-failed` where nothing of it was started and the run may be tried once more
 */
export async function startClaimed(
  store: string,
  claimed: { asked: RunFile; entry: QueueEntry; claim: string },
  tools: string,
): Promise<boolean> {
  const { asked, entry, claim } = claimed;
  const directory = runFolder(store, asked.id);
  const kept = readKeptStart(asked.id);
  try {
    if (!kept) throw new Error('the environment in which it was queued cannot be read');
    becomeEnvironment(kept.environment);
    await checkTarget(store, asked, kept);
  } catch (error) {
    const { code } = asFault(error);
    writeEnd(directory, { stopped: false, error: { code, message: sentence(error) } });
    return false;
  }
  // What an earlier start has left that was broken off.
  for (const name of ['code', keeperFile]) rmSync(join(directory, name), { recursive: true, force: true });
  const { warnings } = await captureCode(kept.folder, directory, never);
  const supervisor = bootSupervisor(directory, tools);
  try {
    await supervisor.start({
      directory,
      warnings: [...warnings, ...pythonWithoutHook(asked.target), ...survivalWarnings()],
      secret: { command: commandOf(asked, kept, tools), env: kept.env },
      claim,
    });
  } catch (error) {
    const stage = await stageAfter(store, asked.id);
    if (stage === 'waiting') throw error;
    return stage === 'going';
  }
  // Of what may be tried again it is needed once more; of what is put back because it never began, too.
  if (entry.retries === 0 && (await hasBegun(store, asked.id))) forgetStart(asked.id);
  return true;
}

/** Whether a script has begun of which its supervisor has said so, and then may have been killed. */
async function hasBegun(store: string, run: string): Promise<boolean> {
  const deadline = performance.now() + endPatience;
  while (isAboutToBegin(store, run) && performance.now() < deadline) await setTimeout(endPause);
  return !isAboutToBegin(store, run) && stageOf(store, run) !== 'waiting';
}

/** How far a run is whose supervisor has failed, and may be about to end. */
async function stageAfter(store: string, run: string): Promise<Stage> {
  const deadline = performance.now() + endPatience;
  while (stageOf(store, run) === 'going' && performance.now() < deadline) await setTimeout(endPause);
  return stageOf(store, run);
}

/** Milliseconds. */
const endPatience = 2_000;
const endPause = 20;

/** The run gets the environment in which a person queued it, also where git and Python are asked about it. */
function becomeEnvironment(environment: Record<string, string>): void {
  const own = process.env.TRAINYARD_HOME;
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, environment, own === undefined ? {} : { TRAINYARD_HOME: own });
}

/** Throws what a launch would throw: the script, the interpreter or the folder may have gone since. */
async function checkTarget(store: string, { target, cwd, interpreter }: RunFile, kept: KeptStart): Promise<void> {
  const root = dirname(store);
  const asked = {
    folder: kept.folder,
    cwd: resolve(root, cwd),
    target: 'path' in target ? { ...target, path: resolve(root, target.path) } : target,
    args: [],
    env: kept.env,
  };
  await resolveTarget({ ...asked, ...(interpreter === null ? {} : { python: interpreter }) }, never);
}

/** A notebook is run by a script among the tools, which may be newer than those of the day when it was queued. */
function commandOf({ target }: RunFile, { command }: KeptStart, tools: string): string[] {
  if (target.kind !== 'notebook') return command;
  const [python = '', , ...rest] = command;
  return [python, join(tools, 'python', 'trainyard', 'run_notebook.py'), ...rest];
}

/** What a person reads as the failure of the run. */
export function sentence(error: unknown): string {
  const { code, params } = asFault(error);
  if (code === 'internal') return causeText(error);
  const { text, fix } = errorMessage(code);
  return withFix(fillIn(text, params), fix === undefined ? undefined : fillIn(fix, params));
}

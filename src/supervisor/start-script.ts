import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { keeperFile } from '../base/keeper-log.ts';
import { identify } from '../base/process-identity.ts';
import { childEnvironment } from './child-environment.ts';
import { keepScript } from './keep-script.ts';
import { beginQueued } from './queue.ts';
import type { Descriptors, Outcome, ScriptProcess } from './script-process.ts';
import type { RunSettings } from './settings.ts';

type Prepare = (script: Omit<ScriptProcess, 'outcome'>) => void;

/**
 * Starts the script of a run, below a keeper where there can be one.
 *
 * @param prepare is called with its process; where there is a keeper, before the script begins
 * @returns only how it ended, where it could not be started at all
 */
export async function startScript(
  settings: RunSettings,
  descriptors: Descriptors,
  prepare: Prepare,
): Promise<ScriptProcess | { outcome: Promise<Outcome> }> {
  const environment = childEnvironment(settings, process.env, import.meta.dirname);
  const kept = await keepScript(settings, environment, descriptors, prepare);
  if (kept) return kept;
  // What a keeper has left that did not come to start anything would say of the script that it never began.
  rmSync(join(settings.folder, keeperFile), { force: true });
  beginQueued(settings);
  return startDirectly(settings, environment, descriptors, prepare);
}

/** Some programs cannot be started at all; Node tells of that by an event or by throwing, as the reason may be. */
export function startDirectly(
  { command: [program, ...args], cwd }: RunSettings,
  environment: NodeJS.ProcessEnv,
  { stdout, stderr }: Descriptors,
  prepare: Prepare,
): ScriptProcess | { outcome: Promise<Outcome> } {
  try {
    const child = spawn(program, args, {
      cwd,
      env: environment,
      stdio: ['ignore', stdout, stderr],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    const outcome = new Promise<Outcome>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal, error: undefined, unseen: false }));
      child.on('error', (error) => {
        if (child.pid === undefined) resolve({ code: null, signal: null, error, unseen: false });
      });
    });
    if (child.pid === undefined) return { outcome };
    const script = { identity: identify(child.pid), keeper: null };
    prepare(script);
    return { ...script, outcome };
  } catch (error) {
    return { outcome: Promise.resolve({ code: null, signal: null, error, unseen: false }) };
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { causeText } from '../base/fault.ts';
import { splitRecords } from '../base/records.ts';
import { fault } from '../contract/errors.ts';
import { cleanEnvironment } from './clean-environment.ts';
import { supervisorFile } from './run-folder.ts';

/** How long a supervisor may take to say that the script runs, in milliseconds. */
const patience = 30_000;

export interface SupervisorStart {
  /** The run's folder, with `run.json` in it. */
  directory: string;
  tools: string;
  warnings: { code: string; params: Record<string, unknown> }[];
}

/**
 * Starts a run's supervisor as a process of its own, and resolves when the script runs.
 *
 * @throws `start-failed`
 */
export async function startSupervisor({ directory, tools, warnings }: SupervisorStart): Promise<void> {
  const log = openSync(join(directory, 'supervisor.log'), 'a');
  let child: ChildProcess;
  try {
    child = spawn(process.execPath, [join(tools, 'supervisor.mjs'), directory], {
      cwd: tools,
      detached: true,
      windowsHide: true,
      stdio: ['ignore', 'ignore', log, 'ipc'],
      env: {
        ...cleanEnvironment(process.env),
        ...(process.versions.electron ? { ELECTRON_RUN_AS_NODE: '1' } : {}),
        ...(warnings.length > 0 ? { TRAINYARD_LAUNCH_WARNINGS: JSON.stringify(warnings) } : {}),
      },
    });
  } finally {
    closeSync(log);
  }
  const problem = await firstWord(child, directory);
  child.unref();
  if (child.connected) child.disconnect();
  if (problem !== undefined) throw fault('start-failed', { problem });
}

/** What went wrong, or undefined once the script runs. */
function firstWord(child: ChildProcess, directory: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let settled = false;
    const settle = (find: () => string | undefined) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      resolve(find());
    };
    const silent = (how: string) => (hasStarted(directory) ? undefined : `${how}. ${lastWords(directory)}`);
    const timer = setTimeout(() => {
      settle(() => {
        const problem = silent(`no word from its supervisor after ${patience / 1000} seconds`);
        if (problem !== undefined) child.kill('SIGTERM');
        return problem;
      });
    }, patience);
    child.on('message', (message) => settle(() => problemIn(message)));
    child.on('error', (error) => settle(() => causeText(error)));
    child.on('exit', (code, signal) => settle(() => silent(`its supervisor ended with ${signal ?? `code ${code}`}`)));
  });
}

function problemIn(message: unknown): string | undefined {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return 'its supervisor said nonsense';
  if (message.kind === 'started') return undefined;
  return 'message' in message ? String(message.message) : 'its supervisor could not say why';
}

function hasStarted(directory: string): boolean {
  const { records } = splitRecords(readFileSync(join(directory, supervisorFile)));
  return records.some((record) => (JSON.parse(record.text) as { kind: string }).kind === 'started');
}

const longestWords = 1_000;

function lastWords(directory: string): string {
  return readFileSync(join(directory, 'supervisor.log'), 'utf8').trim().slice(-longestWords);
}

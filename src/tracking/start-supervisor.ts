import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { causeText } from '../base/fault.ts';
import { splitRecords } from '../base/records.ts';
import { fault } from '../contract/errors.ts';
import { supervisorFile } from './file-names.ts';
import { spawnTool } from './spawn-tool.ts';

/** How long a supervisor may take to say that the script runs, in milliseconds. */
const patience = 30_000;

export interface Orders {
  /** The run's folder, with `run.json` in it. */
  directory: string;
  warnings: { code: string; params: Record<string, unknown> }[];
  /** What is started, where `run.json` has `***` for some of it. */
  secret?: { command: string[]; env: Record<string, string> } | undefined;
  /** Of a run that comes from the queue: the name of its entry among those that are claimed. */
  claim?: string | undefined;
}

export interface WaitingSupervisor {
  /** Lets it start the run, and resolves when the script runs. Throws `start-failed`. */
  start(orders: Orders): Promise<void>;
  /** Ends it where it was not told anything, and resolves when it has gone. */
  dismiss(): Promise<void>;
}

/** On Windows a folder in which a file is open cannot be renamed, as the folder of a new run is. */
export const logMayMove = process.platform !== 'win32';

/**
 * Starts a supervisor as a process of its own, which then waits to be told its run: so it gets ready while the launch still
 * looks at the code.
 *
 * @param folder where its log begins
 */
export function bootSupervisor(folder: string, tools: string): WaitingSupervisor {
  const log = openSync(join(folder, 'supervisor.log'), 'a');
  let child: ChildProcess;
  try {
    child = spawnTool(tools, ['supervisor.mjs'], log, true);
  } finally {
    closeSync(log);
  }
  const letGo = () => {
    child.unref();
    if (child.connected) child.disconnect();
  };
  const end = endOf(child);
  let told = false;
  return {
    async start(orders) {
      told = true;
      const problem = await firstWord(child, end, orders);
      letGo();
      if (problem !== undefined) throw fault('start-failed', { problem });
    },
    async dismiss() {
      if (told) return;
      child.kill('SIGKILL');
      await end;
    },
  };
}

type End = { problem: string } | { how: string };

/** How the process ended, or why there never was one. */
function endOf(child: ChildProcess): Promise<End> {
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ problem: causeText(error) }));
    child.on('exit', (code, signal) => resolve({ how: `its supervisor ended with ${signal ?? `code ${code}`}` }));
  });
}

/** What went wrong, or undefined once the script runs. */
function firstWord(child: ChildProcess, end: Promise<End>, orders: Orders): Promise<string | undefined> {
  const { directory, warnings, secret, claim } = orders;
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
    end.then((how) => settle(() => ('problem' in how ? how.problem : silent(how.how))));
    // Where it cannot be told any more, its end says why.
    child.send({ folder: directory, warnings, secret, claim }, () => undefined);
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

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { type KeptEnd, keeperFile, readKeeperLog, readOpenKeeperLog } from '../base/keeper-log.ts';
import { identify, isAlive } from '../base/process-identity.ts';
import { willStart } from './can-be-kept.ts';
import { keptEnvironment } from './kept-environment.ts';
import { beginQueued } from './queue.ts';
import type { Descriptors, Outcome, ScriptProcess } from './script-process.ts';
import type { RunSettings } from './settings.ts';

/** Makes a program the leader of a session of its own, as it is without a keeper. */
const sessionMakers: readonly [string, ...string[]][] = [
  ['/usr/bin/setsid'],
  ['/bin/setsid'],
  ['/usr/bin/perl', '-MPOSIX', '-e', 'POSIX::setsid(); exec {$ARGV[0]} @ARGV or exit 126'],
];
const environmentMakers = ['/usr/bin/env', '/bin/env'];

/**
 * Starts a script below a keeper: a shell that waits for it, survives this process, and writes down how the script ended. It
 * has the parent that it has; all else is as if this process had started it.
 *
 * @param prepare is called with the script's process before the script begins
 * @returns undefined where there can be no keeper, and nothing was started
 */
export async function keepScript(
  settings: RunSettings,
  environment: NodeJS.ProcessEnv,
  { stdout, stderr }: Descriptors,
  prepare: (script: Omit<ScriptProcess, 'outcome'>) => void,
  shell = '/bin/sh',
): Promise<ScriptProcess | undefined> {
  const session = sessionMakers.find(([program]) => existsSync(program));
  const env = environmentMakers.find((program) => existsSync(program));
  if (process.platform === 'win32' || !session || !env || !existsSync(shell)) return undefined;
  if (!willStart(settings.command, settings.cwd, environment)) return undefined;
  const kept = keptEnvironment(environment);
  if (!kept) return undefined;
  const tools = import.meta.dirname;
  const own = [join(tools, 'keeper.sh'), process.execPath, join(tools, 'supervisor.mjs'), settings.folder];
  const log = openSync(join(settings.folder, keeperFile), 'a+');
  try {
    const child = spawn(shell, [...own, ...session, env, ...kept.late, ...settings.command], {
      cwd: settings.cwd,
      env: kept.shell,
      stdio: ['ignore', stdout, log, 'pipe', stderr],
      detached: true,
    });
    const script = await begin(child, settings, prepare);
    const outcome = script?.ended.then(() => ownOutcome(settings.folder, log, script));
    if (script && outcome) return { identity: script.identity, keeper: script.keeper, outcome };
  } catch (error) {
    closeSync(log);
    throw error;
  }
  closeSync(log);
  return undefined;
}

/** A script whose keeper is this process's child. */
interface Begun extends Omit<ScriptProcess, 'outcome'> {
  /** The keeper has gone. */
  ended: Promise<void>;
}

async function begin(
  child: ChildProcess,
  settings: RunSettings,
  prepare: (script: Omit<ScriptProcess, 'outcome'>) => void,
): Promise<Begun | undefined> {
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const socket = child.stdio[3] as Socket;
  // It has gone where it cannot be written to, which is noticed elsewhere.
  socket.on('error', () => undefined);
  const pid = await Promise.race([firstNumber(socket), gone]);
  if (pid === undefined || child.pid === undefined) {
    child.kill('SIGKILL');
    return undefined;
  }
  const script = { identity: identify(pid), keeper: identify(child.pid) };
  beginQueued(settings);
  prepare(script);
  socket.write('go\n');
  socket.resume();
  return { ...script, ended: gone };
}

function firstNumber(socket: Socket): Promise<number | undefined> {
  return new Promise((resolve) => {
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
      const said = /^started (\d+)\n/.exec(text)?.[1];
      if (said !== undefined) resolve(Number(said));
    });
    socket.once('close', () => resolve(undefined));
  });
}

/** From the file that was opened at the start: the run's folder may have been moved meanwhile. */
async function ownOutcome(folder: string, log: number, script: Begun): Promise<Outcome> {
  const end = readOpenKeeperLog(log)?.end;
  closeSync(log);
  return end ? seen(end) : outcomeOf(folder, script);
}

function seen({ code, signal }: KeptEnd): Outcome {
  return { code, signal, error: undefined, unseen: false };
}

const lookEvery = 200;

/** Waits until a script and its keeper have gone, and reads how the script ended. */
export async function outcomeOf(
  folder: string,
  { identity, keeper }: Omit<ScriptProcess, 'outcome'>,
): Promise<Outcome> {
  for (;;) {
    const isOver = !isAlive(identity) && !(keeper && isAlive(keeper));
    const end = readKeeperLog(folder)?.end;
    if (end) return seen(end);
    if (isOver) return { code: null, signal: null, error: undefined, unseen: true };
    await new Promise((resolve) => setTimeout(resolve, lookEvery));
  }
}

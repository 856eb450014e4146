import { constants } from 'node:os';
import { createInterface } from 'node:readline/promises';
import type { RunStatus } from '../contract/run.ts';
import { followEnd, type Launched, type ObservedEnd } from '../tracking/index.ts';
import { faultText } from './fault-text.ts';
import { followOutput } from './follow-output.ts';
import { duration, statusLook } from './format.ts';
import { harmless } from './harmless.ts';
import { interrupted } from './interrupted.ts';
import { canAsk, paint, print, printJson, warn } from './terminal.ts';

/** Stays with a run that was started: shows its output and its end. Answers the exit code. */
export async function attend(
  launched: Launched,
  store: string,
  { json, detach }: { json: boolean; detach: boolean },
): Promise<number> {
  if (detach) {
    if (json) printJson({ id: launched.run, directory: launched.directory });
    else print(launched.run);
    return 0;
  }
  const seen = await watchToEnd(launched, json);
  if (seen.end && json) await printFinal(store, launched.run);
  return seen.code;
}

export interface Seen {
  /** Undefined where the person left the run to itself. */
  end: ObservedEnd | undefined;
  stopped: boolean;
  /** The exit code. */
  code: number;
}

/** Shows what a run prints, and its end, until it ends or the person leaves it. */
export async function watchToEnd({ run, name, directory }: Launched, json: boolean): Promise<Seen> {
  if (process.stderr.isTTY) sayStart(run, name);
  const began = performance.now();
  const { end, stopped } = await follow(directory, json);
  if (end === undefined) {
    process.stderr.write(`It goes on in the background: trainyard log --follow ${run}\n`);
    return { end, stopped, code: interrupted };
  }
  if (process.stderr.isTTY) sayEnd(run, name, end, performance.now() - began);
  if (end.lost) warn(`The supervisor of the run ${run} was killed; nobody saw how the run ended.`);
  return { end, stopped, code: stopped ? interrupted : exitCode(end) };
}

export async function printFinal(store: string, run: string): Promise<void> {
  const { finalDocument } = await import('./final-document.ts');
  printJson(await finalDocument(store, run));
}

/** Stops a run that a signal came for before anybody could attend it. */
export async function takeBack({ directory }: Launched): Promise<void> {
  await stopIt(directory);
}

async function stopIt(directory: string): Promise<void> {
  const { stopNow } = await import('./stop-run.ts');
  await stopNow(directory);
}

/** Until the run ends or the person leaves it; a signal stops the run, or asks first where there is somebody to ask. */
async function follow(directory: string, json: boolean): Promise<{ end: ObservedEnd | undefined; stopped: boolean }> {
  const left = new AbortController();
  let stopped = false;
  let asking: AbortController | undefined;
  const stop = () => {
    if (stopped) return;
    stopped = true;
    stopIt(directory).catch((error: unknown) => warn(faultText(error)));
  };
  const interrupt = () => {
    if (!canAsk()) return stop();
    if (asking) return asking.abort();
    asking = new AbortController();
    ask(asking.signal)
      .then((answer) => {
        if (answer === 'stop') stop();
        if (answer === 'leave') left.abort();
      })
      .finally(() => {
        asking = undefined;
      });
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', stop);
  try {
    const sinks = { stdout: json ? process.stderr : process.stdout, stderr: process.stderr };
    return { end: await followOutput(directory, sinks, followEnd(directory, 'now'), left.signal), stopped };
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', stop);
    asking?.abort();
  }
}

/** A second Ctrl-C is an answer too: stop. */
async function ask(signal: AbortSignal): Promise<'stop' | 'leave' | 'go on'> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  lines.on('SIGINT', () => lines.close());
  const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('stop')));
  try {
    const question = lines.question('\nStop the run [s], leave it running [l], or go on watching [Enter]? ', {
      signal,
    });
    const answer = (await Promise.race([question, closed])).trim().toLowerCase();
    if (answer.startsWith('s')) return 'stop';
    return answer.startsWith('l') ? 'leave' : 'go on';
  } catch (error) {
    if (signal.aborted) return 'stop';
    throw error;
  } finally {
    lines.close();
  }
}

function exitCode({ code, signal }: ObservedEnd): number {
  if (code !== null) return code;
  const number = signal === null ? undefined : constants.signals[signal as NodeJS.Signals];
  return number === undefined ? 1 : 128 + number;
}

function sayStart(run: string, name: string): void {
  const where = paint(run.slice(0, 13), 'dim', process.stderr);
  process.stderr.write(`${paint('▶', 'blue', process.stderr)} ${harmless(name)} ${where}\n`);
}

function sayEnd(run: string, name: string, end: ObservedEnd, milliseconds: number): void {
  const status = statusOf(end);
  const { sign, style } = statusLook[status];
  const code = status === 'failed' && end.code !== null ? ` with exit code ${end.code}` : '';
  const head = paint(`${sign} ${status}${code}`, style, process.stderr);
  const tail = paint(`${run.slice(0, 13)} ${duration(milliseconds)}`, 'dim', process.stderr);
  process.stderr.write(`${head} ${harmless(name)} ${tail}\n`);
}

function statusOf({ lost, stopped, code }: ObservedEnd): RunStatus {
  if (lost) return 'lost';
  if (stopped) return 'stopped';
  return code === 0 ? 'finished' : 'failed';
}

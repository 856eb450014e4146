import { constants } from 'node:os';
import { createInterface } from 'node:readline/promises';
import type { RunDetails } from '../contract/run.ts';
import { followEnd, type ObservedEnd, runDetails, stopRun } from '../tracking/index.ts';
import { durationMs, runDocument } from './document.ts';
import { faultText } from './fault-text.ts';
import { followOutput } from './follow-output.ts';
import { duration, statusLook } from './format.ts';
import { harmless } from './harmless.ts';
import { openSynced } from './stores.ts';
import { canAsk, paint, print, printJson, warn } from './terminal.ts';

export const interrupted = 130;

interface Started {
  run: string;
  directory: string;
}

/** Stays with a run that was started: shows its output and its end. Answers the exit code. */
export async function attend(
  { run, directory }: Started,
  store: string,
  { json, detach }: { json: boolean; detach: boolean },
): Promise<number> {
  if (detach) {
    if (json) printJson({ id: run, directory });
    else print(run);
    return 0;
  }
  if (process.stderr.isTTY) sayStart(await details(store, run));
  const watch = await follow(directory, json);
  if (watch.end === undefined) {
    process.stderr.write(`It goes on in the background: trainyard log --follow ${run}\n`);
    return interrupted;
  }
  if (json || process.stderr.isTTY) {
    const ended = await details(store, run);
    if (json) printJson(runDocument(ended));
    if (process.stderr.isTTY) sayEnd(ended);
  }
  if (watch.end.lost) warn(`The supervisor of the run ${run} was killed; nobody saw how the run ended.`);
  return watch.stopped ? interrupted : exitCode(watch.end);
}

/** Until the run ends or the person leaves it; a signal stops the run, or asks first where there is somebody to ask. */
async function follow(directory: string, json: boolean): Promise<{ end: ObservedEnd | undefined; stopped: boolean }> {
  const left = new AbortController();
  let stopped = false;
  let asking: AbortController | undefined;
  const stop = () => {
    if (stopped) return;
    stopped = true;
    stopRun(directory).catch((error: unknown) => warn(faultText(error)));
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
    return { end: await followOutput(directory, sinks, followEnd(directory), left.signal), stopped };
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

async function details(store: string, run: string): Promise<RunDetails> {
  const opened = await openSynced(store);
  try {
    return runDetails(opened, run);
  } finally {
    opened.close();
  }
}

function sayStart(run: RunDetails): void {
  const where = paint(run.id.slice(0, 13), 'dim', process.stderr);
  process.stderr.write(`${paint('▶', 'blue', process.stderr)} ${harmless(run.name)} ${where}\n`);
}

function sayEnd(run: RunDetails): void {
  const { sign, style } = statusLook[run.status];
  const took = duration(durationMs(run));
  const code = run.status === 'failed' && run.exitCode !== null ? ` with exit code ${run.exitCode}` : '';
  const status = paint(`${sign} ${run.status}${code}`, style, process.stderr);
  process.stderr.write(
    `${status} ${harmless(run.name)} ${paint(`${run.id.slice(0, 13)} ${took}`, 'dim', process.stderr)}\n`,
  );
}

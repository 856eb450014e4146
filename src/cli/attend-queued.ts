import { createInterface } from 'node:readline/promises';
import { setTimeout } from 'node:timers/promises';
import { warningText } from '../contract/warning-text.ts';
import {
  keepQueueGoing,
  type Launched,
  lookInQueue,
  type QueueLook,
  startFailure,
  tryAfter,
} from '../tracking/index.ts';
import { printFinal, type Seen, takeBack, watchToEnd } from './attend.ts';
import { faultText } from './fault-text.ts';
import { harmless } from './harmless.ts';
import { interrupted } from './interrupted.ts';
import { canAsk, paint, warn } from './terminal.ts';

interface How {
  json: boolean;
  retries: number;
}

/** A refusal, as docs/cli.md has it. */
const refused = 3;

/** Stays with a run that was queued: says where it stands, and attends it and its next tries when their turns come. */
export async function attendQueued(queued: Launched, store: string, { json, retries }: How): Promise<number> {
  let launched = queued;
  for (let left = retries; ; left -= 1) {
    const turn = await waitForTurn(launched, store);
    if (turn === 'left') {
      process.stderr.write(`It waits for its turn: trainyard queue\n`);
      return interrupted;
    }
    if (turn === 'refused') return refused;
    const seen = await watchToEnd(launched, json);
    sayWhyNot(launched.directory, seen);
    const next = left > 0 && mayFollow(seen) ? await nextTry(store, launched.run) : null;
    if (next === null) {
      if (seen.end && json) await printFinal(store, launched.run);
      return turn === 'taken' ? interrupted : seen.code;
    }
    launched = next;
  }
}

function mayFollow({ end, stopped, code }: Seen): boolean {
  return end !== undefined && !stopped && code !== 0;
}

/** What could not be started has printed nothing that would tell why. */
function sayWhyNot(directory: string, { end }: Seen): void {
  const problem = end?.code === null && end.signal === null ? startFailure(directory) : undefined;
  if (problem !== undefined) warn(problem);
}

const lookEvery = 200;
const helpEvery = 3_000;

/** Until the run's turn has come, or the person has it taken out or leaves it; a signal without a terminal takes it out. */
async function waitForTurn(launched: Launched, store: string): Promise<'begun' | 'taken' | 'left' | 'refused'> {
  const line = statusLine(launched.name);
  let wish: 'take' | 'leave' | undefined;
  let asking: AbortController | undefined;
  const take = () => {
    wish = 'take';
  };
  const interrupt = () => {
    if (!canAsk()) return take();
    if (asking) return asking.abort();
    asking = new AbortController();
    line.end();
    ask(asking.signal)
      .then((answer) => {
        wish = answer;
      })
      .finally(() => {
        asking = undefined;
      });
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', take);
  try {
    for (let helped = performance.now(); ; await setTimeout(lookEvery)) {
      const look = lookInQueue(store, launched.run);
      if (wish === 'take') {
        await takeBack(launched).catch((error: unknown) => warn(faultText(error)));
        return 'taken';
      }
      if (wish === 'leave') return 'left';
      if (look.is === 'gone') return 'begun';
      if (look.is === 'refused') {
        warn(warningText(look.problem));
        return 'refused';
      }
      if (!asking) line.say(look);
      if (performance.now() - helped < helpEvery) continue;
      helped = performance.now();
      keepQueueGoing(store);
    }
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', take);
    asking?.abort();
    line.end();
  }
}

/** One line on standard error that says where the run stands; elsewhere than on a terminal a line for each change. */
function statusLine(name: string) {
  let said = '';
  let open = false;
  const end = () => {
    if (open) process.stderr.write('\n');
    open = false;
  };
  return {
    end,
    say(look: QueueLook) {
      if (look.is !== 'waiting') return;
      const paused = look.paused ? '; the queue is paused: trainyard queue resume' : '';
      const text = `${harmless(name)}: ${look.position} of ${look.count} in the queue${paused}`;
      if (text === said) return;
      said = text;
      if (!process.stderr.isTTY) {
        process.stderr.write(`${text}\n`);
        return;
      }
      process.stderr.write(`\r\u001b[2K${paint(`… ${text}`, 'dim', process.stderr)}`);
      open = true;
    },
  };
}

/** A second Ctrl-C is an answer too: take it out. */
async function ask(signal: AbortSignal): Promise<'take' | 'leave' | undefined> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  lines.on('SIGINT', () => lines.close());
  const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('take')));
  try {
    const question = lines.question('\nTake it out of the queue [t], leave it waiting [l], or stay here [Enter]? ', {
      signal,
    });
    const answer = (await Promise.race([question, closed])).trim().toLowerCase();
    if (answer.startsWith('t')) return 'take';
    return answer.startsWith('l') ? 'leave' : undefined;
  } catch (error) {
    if (signal.aborted) return 'take';
    throw error;
  } finally {
    lines.close();
  }
}

/** The try that follows, as soon as somebody has looked after the one that has ended; null where there is none. */
async function nextTry(store: string, run: string): Promise<Launched | null> {
  for (let helped = performance.now(); ; await setTimeout(lookEvery)) {
    const next = tryAfter(store, run);
    if (next !== undefined) return next;
    if (performance.now() - helped < helpEvery) continue;
    helped = performance.now();
    keepQueueGoing(store);
  }
}

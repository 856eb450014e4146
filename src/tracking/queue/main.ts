import { existsSync } from 'node:fs';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { causeText } from '../../base/fault.ts';
import { strangeLink } from '../../base/strange-link.ts';
import { goOn } from './go-on.ts';
import { stageOf } from './stage.ts';

/** Milliseconds between two looks at whether a run is over: soon after each other at first. */
const pause = { first: 5, most: 500, growth: 1.3 };

function complain(text: string): void {
  process.stderr.write(`${new Date().toISOString()} ${text}\n`);
}

async function untilOver(store: string, run: string): Promise<void> {
  for (let wait = pause.first; stageOf(store, run) === 'going'; wait = Math.min(wait * pause.growth, pause.most)) {
    await setTimeout(wait);
  }
}

process.on('SIGHUP', () => complain('The terminal has gone; the queue goes on.'));
process.stderr.on('error', () => undefined);

const [store, run] = process.argv.slice(2);
try {
  if (!store || !existsSync(store)) throw new Error('usage: starter STORE [RUN]');
  const link = strangeLink(store);
  if (link !== undefined) throw new Error(`${link} is a link that leads out of the store, so nothing is started.`);
  if (run) await untilOver(store, run);
  await goOn(store, import.meta.dirname);
} catch (error) {
  complain(error instanceof Error ? (error.stack ?? error.message) : causeText(error));
  process.exitCode = 1;
}
process.exit();

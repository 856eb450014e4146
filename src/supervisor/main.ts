import process from 'node:process';
import { causeText } from '../base/fault.ts';
import { tellLauncher } from './handshake.ts';
import { readSettings } from './settings.ts';
import { supervise } from './supervise.ts';

function complain(text: string): void {
  process.stderr.write(`${new Date().toISOString()} ${text}\n`);
}

process.on('SIGHUP', () => complain('The terminal has gone; the run goes on.'));
process.on('uncaughtException', (error) => complain(error.stack ?? error.message));
process.stderr.on('error', () => undefined);
process.on('disconnect', () => undefined);

try {
  const [, , folder] = process.argv;
  if (!folder) throw new Error('usage: supervisor RUN_FOLDER');
  await supervise(readSettings(folder), complain);
} catch (error) {
  complain(causeText(error));
  await tellLauncher({ kind: 'failed', code: 'internal', message: causeText(error) });
  process.exitCode = 1;
}
process.exit();

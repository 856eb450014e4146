import process from 'node:process';
import { causeText } from '../base/fault.ts';
import { adopt } from './adopt.ts';
import { takeOrders, tellLauncher } from './handshake.ts';
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
  const [, , first, second] = process.argv;
  const orders = first === '--adopt' ? undefined : await takeOrders(first);
  if (first === '--adopt' && second) await adopt(second, complain);
  else if (orders)
    await supervise({ ...readSettings(orders.folder, orders.secret), claim: orders.claim }, orders.warnings, complain);
} catch (error) {
  complain(causeText(error));
  await tellLauncher({ kind: 'failed', code: 'internal', message: causeText(error) });
  process.exitCode = 1;
}
process.exit();

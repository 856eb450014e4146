import process from 'node:process';
import { launch } from '../../src/tracking/index.ts';

/** Queues runs as a process of its own: `queue-adder.ts FOLDER SCRIPT LEDGER FIRST LAST`. Prints the id of each. */
const [folder = '', script = '', ledger = '', first, last] = process.argv.slice(2);
const never = new AbortController().signal;

for (let number = Number(first); number <= Number(last); number += 1) {
  const target = { kind: 'program' as const, argv: ['sh', '-c', script, 'sh', ledger, String(number)] };
  const request = { folder, target, name: `run ${number}`, origin: 'cli' as const, queue: {} };
  const { run } = await launch(folder, request, never);
  process.stdout.write(`${run}\n`);
}

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type StoreShape, usualShape, writeStore } from './run-folders.ts';

const usage = `Usage: node bench/make-store.ts FOLDER [options]

Writes FOLDER/.trainyard with runs that were never run, for benches and for looking at many.

${Object.entries(usualShape)
  .map(([name, value]) => [`--${name} N`.padEnd(17), value, 'unless given'].join(' '))
  .join('\n')}`;

/** Answers the exit code. */
export function makeStore(args: string[]): number {
  const numbers = Object.keys(usualShape) as (keyof StoreShape)[];
  const options = Object.fromEntries(numbers.map((name) => [name, { type: 'string' } as const]));
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const given = Object.entries(values).map(([name, value]) => [name, Number(value)] as const);
  const wrong = given.find(([, value]) => !Number.isInteger(value) || value < 0);
  const [folder] = positionals;
  if (folder === undefined || positionals.length > 1 || wrong) {
    console.error(wrong ? `--${wrong[0]} needs a whole number.` : usage);
    return 2;
  }
  if (existsSync(join(folder, '.trainyard'))) {
    console.error(`There is a ${join(folder, '.trainyard')} already; name an empty folder.`);
    return 1;
  }
  const ids = writeStore(resolve(folder), Object.fromEntries(given));
  console.log(`${ids.length} runs in ${resolve(folder, '.trainyard')}`);
  return 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = makeStore(process.argv.slice(2));

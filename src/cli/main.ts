import { existsSync } from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';
import { productVersion } from '../base/package-root.ts';
import { userFolder } from '../base/user-folder.ts';
import { asFault, errorMessage, fault, fillIn, withFix } from '../contract/errors.ts';
import type { Command } from './command.ts';
import { commands } from './commands.ts';
import { harmless } from './harmless.ts';
import { commandHelp, overview } from './help.ts';
import { parseCommand } from './parse.ts';
import { paint, print, printJson, warn } from './terminal.ts';

/** A reader that goes away is no error; a full disk is one, but must not end what goes on in the background. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE' || unwritten) return;
  unwritten = error;
  warn(`Standard output cannot be written: ${error.message}`);
});
process.stderr.on('error', () => undefined);
process.on('exit', () => {
  if (unwritten && !process.exitCode) process.exitCode = 1;
});
let unwritten: Error | undefined;

const given = process.argv.slice(2);
try {
  process.exitCode = await main(given);
} catch (error) {
  process.exitCode = sayError(error, wantsJson(given));
}

async function main(args: string[]): Promise<number> {
  const { before, name, after } = splitAtCommand(args);
  if (before.includes('--version') || before.includes('-V')) return version();
  if (name === undefined || name === 'help') return help(name === 'help' ? after[0] : undefined);
  const command = find(name);
  const invocation = parseCommand(command, [...before, ...after], process.cwd());
  if (invocation.options.help) {
    print(commandHelp(command));
    return 0;
  }
  rememberCompiled();
  const { run } = await command.load();
  return run(invocation);
}

/**
 * Loading a command again takes half the time then. Nodes before 22.1 have no such cache. The folder comes with the tools of the
 * first run: Node's own way to make one may never return.
 */
function rememberCompiled(): void {
  const enable: typeof module.enableCompileCache | undefined = module.enableCompileCache;
  const folder = join(userFolder(), 'compiled');
  if (existsSync(folder)) enable?.(folder);
}

/** Options for every command may stand before its name. */
function splitAtCommand(args: string[]): { before: string[]; name: string | undefined; after: string[] } {
  let index = 0;
  while (index < args.length && (args[index] as string).startsWith('-')) index += args[index] === '--store' ? 2 : 1;
  return { before: args.slice(0, index), name: args[index], after: args.slice(index + 1) };
}

function find(name: string): Command {
  const command = commands.find((one) => one.name === name);
  if (!command) throw fault('unknown-command', { name });
  return command;
}

function help(name: string | undefined): number {
  print(name === undefined || name.startsWith('-') ? overview(commands) : commandHelp(find(name)));
  return 0;
}

function version(): number {
  print(productVersion());
  return 0;
}

function wantsJson(args: string[]): boolean {
  const dashes = args.indexOf('--');
  return (dashes === -1 ? args : args.slice(0, dashes)).includes('--json');
}

/** Says what went wrong, in one line or as the JSON document; answers the exit code. */
function sayError(error: unknown, json: boolean): number {
  const known = asFault(error);
  const { text, fix, exit } = errorMessage(known.code);
  const message = fillIn(text, known.params);
  const hint = fix === undefined ? undefined : fillIn(fix, known.params);
  if (json) {
    const { file, line } = known.params;
    printJson({ error: { code: known.code, message, file, line, hint } });
  } else {
    const line = harmless(withFix(message, hint));
    process.stderr.write(`${paint('trainyard:', 'red', process.stderr)} ${line}\n`);
  }
  if (known.code === 'internal' && error instanceof Error && process.env.TRAINYARD_DEBUG) console.error(error.stack);
  return exit;
}

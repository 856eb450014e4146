import { closeSync, openSync, readSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { isEnterable, isExecutable } from '../base/executable.ts';

/** Beyond this, a command and its environment may be too long for the system, which then says so itself. */
const longest = 256 << 10;
const beginningBytes = 256;
/** ELF, and what macOS has. */
const binaries = ['7f454c46', 'cffaedfe', 'cefaedfe', 'cafebabe'];

/**
 * Whether it is sure that the system will start a program. Where it is not, it is started without a keeper: then the system's own
 * word is heard why it could not be.
 */
export function willStart(command: readonly string[], cwd: string, environment: NodeJS.ProcessEnv): boolean {
  const [program = ''] = command;
  // `env` would take these for something else.
  if (program === '' || program.startsWith('-') || program.includes('=')) return false;
  const variables = Object.entries(environment);
  if (variables.some(([name]) => name === '')) return false;
  const length = [...command, ...variables.flat()].reduce((sum, text = '') => sum + Buffer.byteLength(text) + 1, 0);
  if (length > longest || !isEnterable(cwd)) return false;
  const path = program.includes('/') ? resolve(cwd, program) : onPath(program, cwd, environment.PATH ?? '');
  return path !== undefined && isProgram(path, cwd);
}

function onPath(program: string, cwd: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .map((folder) => resolve(cwd, join(folder, program)))
    .find(isExecutable);
}

/** A script's interpreter must be there as well. */
function isProgram(path: string, cwd: string): boolean {
  if (!isExecutable(path)) return false;
  const beginning = beginningOf(path);
  if (binaries.includes(beginning.toString('hex', 0, 4))) return true;
  const interpreter = /^#![ \t]*([^ \t\n]+)[^\n]*\n/.exec(beginning.toString('latin1'))?.[1];
  if (interpreter === undefined) return false;
  const program = isAbsolute(interpreter) ? interpreter : resolve(cwd, interpreter);
  return isExecutable(program) && binaries.includes(beginningOf(program).toString('hex', 0, 4));
}

/** Empty where it cannot be read: an executable file need not be readable. */
function beginningOf(path: string): Buffer {
  try {
    const descriptor = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(beginningBytes);
      return bytes.subarray(0, readSync(descriptor, bytes, 0, beginningBytes, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return Buffer.alloc(0);
  }
}

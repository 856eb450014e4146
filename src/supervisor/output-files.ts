import { openSync } from 'node:fs';
import { join } from 'node:path';
import type { Descriptors } from './script-process.ts';

const names = { stdout: 'stdout.log', stderr: 'stderr.log' };

/** The files that take what the script of a run prints. */
export function outputFiles(folder: string): string[] {
  return Object.values(names).map((name) => join(folder, name));
}

export function openOutput(folder: string): Descriptors {
  return { stdout: openSync(join(folder, names.stdout), 'a'), stderr: openSync(join(folder, names.stderr), 'a') };
}

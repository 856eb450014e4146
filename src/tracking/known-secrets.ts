import process from 'node:process';
import type { RunFile } from '../contract/run-file.ts';
import { maskArguments, maskVariables, secretsIn } from '../contract/secrets.ts';
import { cleanEnvironment } from './clean-environment.ts';

/**
 * The secrets of the runs that this process has started, by their folders: what a script prints of them is hidden where it is read
 * before the supervisor has hidden it in the file. They are kept nowhere else.
 */
const known = new Map<string, string[]>();
const mostKnown = 64;

export function rememberSecrets(directory: string, { command, env }: Pick<RunFile, 'command' | 'env'>): void {
  const found = [...maskArguments(command).found, ...maskVariables(env).found].flatMap(({ values }) => values);
  const values = [...new Set([...found, ...secretsIn({ ...cleanEnvironment(process.env), ...env })])];
  if (values.length === 0) return;
  known.set(directory, values);
  for (const oldest of known.keys()) if (known.size > mostKnown) known.delete(oldest);
}

export function knownSecrets(directory: string): readonly string[] {
  return known.get(directory) ?? [];
}

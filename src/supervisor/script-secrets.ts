import process from 'node:process';
import { readProcText } from '../base/process-list.ts';
import { maskArguments, maskVariables, secretsIn } from '../contract/secrets.ts';
import type { RunSettings } from './settings.ts';

/**
 * What must not be shown of what the script prints: what it was given, and what its environment holds.
 *
 * @param pid of a script that somebody else started: Linux tells what it was given
 */
export function secretsOf({ command, env }: RunSettings, pid?: number): string[] {
  const given = pid === undefined ? [] : nulSeparated(`/proc/${pid}/cmdline`);
  const lists = [command, given].flatMap((words) => maskArguments(words).found);
  const asked = [...lists, ...maskVariables(env).found].flatMap(({ values }) => values);
  const inherited = pid === undefined ? {} : variablesOf(pid);
  return [...new Set([...asked, ...secretsIn({ ...process.env, ...env, ...inherited })])];
}

function variablesOf(pid: number): Record<string, string> {
  return Object.fromEntries(
    nulSeparated(`/proc/${pid}/environ`).map((entry) => {
      const sign = entry.indexOf('=');
      return [entry.slice(0, sign), entry.slice(sign + 1)];
    }),
  );
}

function nulSeparated(path: string): string[] {
  return (readProcText(path) ?? '').split('\0').filter((part) => part !== '');
}

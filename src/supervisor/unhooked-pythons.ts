import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { ProcessInfo } from '../base/process-list.ts';
import { hookStoppingOption, isPythonName } from '../contract/python-start.ts';

export interface UnhookedPythons {
  /** Looks at processes of the run that were not looked at often enough. */
  see(members: ProcessInfo[]): void;
  /** Why the run's Python did not load our hook, if that is sure: one was seen that could not, and none has written a journal. */
  reason(): string | undefined;
}

/** A shell becomes the program that it starts, so that one look at a process is not enough. */
const looks = 8;
const longest = 100;

/**
 * Watches for a Python of the run that cannot load the hook, because an option or another PYTHONPATH keeps it away, as where a
 * shell script starts it. On Linux; elsewhere nothing is seen.
 *
 * @param folder the run's
 * @param hook the folder that PYTHONPATH begins with
 */
export function watchUnhookedPythons(folder: string, hook: string): UnhookedPythons {
  const seen = new Map<string, number>();
  let found: string | undefined;
  return {
    see(members) {
      for (const { pid, start } of found === undefined ? members : []) {
        const key = `${pid} ${start}`;
        const times = (seen.get(key) ?? 0) + 1;
        if (times > looks) continue;
        seen.set(key, times);
        found ??= whyUnhooked(pid, hook);
      }
    },
    reason: () => (readdirSync(folder).some((name) => name.startsWith('journal-')) ? undefined : found),
  };
}

function whyUnhooked(pid: number, hook: string): string | undefined {
  const [program, ...args] = read(pid, 'cmdline');
  if (program === undefined || !isPythonName(basename(program))) return undefined;
  const option = hookStoppingOption(args);
  if (option !== undefined) return option;
  const variables = read(pid, 'environ');
  const path = variables.find((variable) => variable.startsWith('PYTHONPATH='));
  // Without any variable the process is just being made, or is not ours to look at.
  if (variables.length === 0 || path?.includes(hook)) return undefined;
  return (path ?? 'PYTHONPATH=').slice(0, longest);
}

function read(pid: number, name: 'cmdline' | 'environ'): string[] {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8').split('\0').filter(Boolean);
  } catch {
    return []; // It has ended, or this is no Linux.
  }
}

import { readdirSync } from 'node:fs';
import process from 'node:process';
import { systemCode } from '../../src/base/fault.ts';
import { readProcText } from '../../src/base/process-list.ts';

/** In the environment of everything that one run of tests starts, however far away: runs survive those that started them. */
export const testsVariable = 'TESTS_OF_TRAINYARD';

/**
 * Ends every process but this one that carries the mark of a run of tests. It waits for nothing, so that it works while this
 * process exits. Only Linux tells of other processes' environments; elsewhere each test's own cleaning has to do.
 *
 * @returns how many were ended
 */
export function endLeftovers(mark: string): number {
  if (process.platform !== 'linux') return 0;
  const ended = new Set<number>();
  for (;;) {
    // What one of them started between the look and its end is found by the next look.
    const fresh = marked(mark).filter((pid) => !ended.has(pid));
    if (fresh.length === 0) return ended.size;
    for (const pid of fresh) kill(pid);
    for (const pid of fresh) ended.add(pid);
  }
}

function marked(mark: string): number[] {
  const entry = `${testsVariable}=${mark}`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => readProcText(`/proc/${name}/environ`)?.split('\0').includes(entry))
    .map(Number);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (systemCode(error) !== 'ESRCH') throw error;
  }
}

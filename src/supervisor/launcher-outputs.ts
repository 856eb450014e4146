import { readlinkSync } from 'node:fs';
import { platform, ppid } from 'node:process';
import { systemCode } from '../base/fault.ts';

/**
 * Linux: the files that whoever started this process prints to, as in `trainyard run train.py > log`. They grow as the run goes
 * on, and are none of its results. Empty where the system does not tell.
 */
export function launcherOutputs(): Set<string> {
  if (platform !== 'linux') return new Set();
  return new Set([1, 2].flatMap((descriptor) => targetOf(`/proc/${ppid}/fd/${descriptor}`) ?? []));
}

function targetOf(link: string): string | undefined {
  try {
    const target = readlinkSync(link);
    return target.startsWith('/') ? target : undefined;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}

import { join } from 'node:path';
import { readIfRegular } from '../../base/regular-file.ts';
import type { RunDetails } from '../../contract/run.ts';
import { isInside } from '../run-folder.ts';

/** Bytes: a lock names some hundred packages. */
const largest = 16 << 20;

/** All that was installed for the run's interpreter; undefined where the run does not hold it. */
export function readLock({
  directory,
  installation,
}: Pick<RunDetails, 'directory' | 'installation'>): string | undefined {
  if (!installation || !isInside(installation.lock)) return undefined;
  return readIfRegular(join(directory, installation.lock), largest)?.toString('utf8');
}

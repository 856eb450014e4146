import { join } from 'node:path';
import { readIfRegular } from '../../base/regular-file.ts';
import { exportNames } from '../../contract/export.ts';
import { hasOwnMark, makeMarkIfKeyed } from '../mark.ts';

/** Bytes: a mark is a line of hexadecimal digits. */
const longest = 1_000;

/**
 * The mark that says of an exported folder, by its sums, that it is as this user exported it; undefined where this user has no key,
 * and so no runs to start again.
 */
export function exportMark(sums: string): string | undefined {
  return makeMarkIfKeyed({ kind: 'export', sums });
}

/** Whether an exported folder is as this user exported it on this machine. */
export function isOwnExport(folder: string, sums: string): boolean {
  const mark = readIfRegular(join(folder, exportNames.mark), longest)?.toString('utf8').trim();
  return mark !== undefined && hasOwnMark({ kind: 'export', sums, mark });
}

import { byteText } from '../base/byte-text.ts';
import { storedPath } from '../base/files.ts';
import type { RunDetails, UsedFile } from '../contract/run.ts';
import { storeRoot } from '../tracking/index.ts';
import { harmless } from './harmless.ts';

const mostShown = 50;
const longestPath = 70;

/** Inputs or outputs as `show` prints them: a path and what is known of it. */
export function usedFileRows(run: RunDetails, files: readonly UsedFile[]): [string, string][] {
  const root = storeRoot(run);
  const rows = files
    .slice(0, mostShown)
    .map((file): [string, string] => [shortened(storedPath(root, file.path)), aboutFile(file)]);
  const more = files.length - mostShown;
  return more > 0 ? [...rows, ['…', `${more} more: --json has all`]] : rows;
}

/** The end of a path says more than its beginning. */
function shortened(path: string): string {
  return path.length > longestPath ? `…${path.slice(1 - longestPath)}` : path;
}

const problems = { gone: 'gone', unreadable: 'cannot be read', special: 'no regular file' } as const;

function aboutFile(file: UsedFile): string {
  const { bytes, files, sha256, sampled, what, format, by, changed, problem, kept } = file;
  const facts = [
    files ? `folder of ${files} ${files === 1 ? 'file' : 'files'}` : null,
    bytes === null ? null : byteText(bytes),
    what === 'model' || what === 'figure' ? `${format ?? ''} ${what}`.trim() : null,
    by,
    sha256 === null ? null : `${sha256.slice(0, 12)}${sampled ? ' (of a sample)' : ''}`,
    changed ? (sha256 === null ? 'changed after it was read' : 'changed later') : null,
    problem === null ? null : problems[problem],
    kept === null ? null : 'kept',
  ];
  return facts
    .filter((fact) => fact !== null)
    .map(harmless)
    .join(', ');
}

import { join } from 'node:path';
import { systemCode } from '../base/fault.ts';
import { isId } from '../base/ids.ts';
import type { StoreProblem } from '../contract/store-report.ts';
import { removeRun, type Store, warningsAbout } from '../store/index.ts';
import { checkOf } from './append-only.ts';
import { isAbsent, listFolder, listRunFolders, lookAtRun, runFolder } from './run-folder.ts';
import { damagedBlocks } from './sealed/damaged-blocks.ts';
import { openJournal } from './sealed/journal-source.ts';
import { isSealed } from './sealed/sealed-name.ts';

/**
 * Takes the runs out of the index of which a file was damaged when it was read, and is not what it was then, as where it came
 * back from a backup; the next look at the store reads them again. Only where all files of the run can be read now.
 */
export function mendJournals(store: Store): StoreProblem[] {
  const changed = new Map<string, string>();
  for (const { run, source, params } of warningsAbout(store.db, ['journal-damaged'])) {
    const file = `runs/${run}/${source}`;
    const { offset, bytes, check } = params;
    // A program can write a warning of its own, with anything in it.
    if (!isId(run) || changed.has(run) || params.file !== file || typeof check !== 'number') continue;
    if (typeof offset !== 'number' || typeof bytes !== 'number') continue;
    const now = checkOf(join(store.folder, file), offset, bytes);
    if (now !== undefined && now !== check) changed.set(run, file);
  }
  return [...changed]
    .filter(([run]) => isReadable(store.folder, run))
    .map(([run, file]) => {
      store.db.immediate(() => removeRun(store.db, run));
      return { run, code: 'journal-read-again', params: { file }, mended: true };
    });
}

function isReadable(store: string, run: string): boolean {
  return (
    lookAtRun(store, run).files.every(
      ({ name, size }) =>
        size < Number.MAX_SAFE_INTEGER &&
        unlessUnreadable(() => openJournal(join(runFolder(store, run), name)).close() ?? true) !== undefined,
    ) && blocksDamaged(store, run).length === 0
  );
}

/** What cannot be unpacked of the sealed journals of all runs. */
export function* damagedSealed(store: Store): Generator<StoreProblem> {
  for (const run of listRunFolders(store.folder)) yield* blocksDamaged(store.folder, run);
}

function blocksDamaged(store: string, run: string): StoreProblem[] {
  const folder = runFolder(store, run);
  const sealed = listFolder(folder).filter((entry) => entry.isFile() && isSealed(entry.name));
  return sealed.flatMap(({ name }) =>
    (unlessUnreadable(() => damagedBlocks(join(folder, name))) ?? []).map(({ start: offset, length: bytes }) => ({
      run,
      code: 'sealed-damaged' as const,
      params: { file: `runs/${run}/${name}`, bytes, offset },
      mended: false,
    })),
  );
}

/** What is read; undefined where a file has gone, may not be read, or is damaged as a whole, which is told elsewhere. */
function unlessUnreadable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (systemCode(error) === undefined && !isAbsent(error)) throw error;
    return undefined;
  }
}

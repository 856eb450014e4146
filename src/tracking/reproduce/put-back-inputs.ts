import { createHash } from 'node:crypto';
import { constants, createReadStream, existsSync, lstatSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { systemCode } from '../../base/fault.ts';
import { pathInside } from '../../base/files.ts';
import type { RunDetails, UsedFile } from '../../contract/run.ts';
import { artifactsWithHash, type Store } from '../../store/index.ts';
import { insideRun } from '../run-folder.ts';

/**
 * Puts recorded inputs of the old folder that have changed since back into the new folder, where a copy of the same hash is kept
 * with any run. Answers their old paths. What lies elsewhere is not touched, and what is kept nowhere stays as it is now.
 */
export async function putBackInputs(
  store: Store,
  run: RunDetails,
  folder: string,
  signal: AbortSignal,
): Promise<string[]> {
  const root = run.code?.root;
  const restored: string[] = [];
  if (root === undefined) return restored;
  for (const input of run.inputs) {
    signal.throwIfAborted();
    const inside = pathInside(root, input.path);
    if (inside === undefined || !isWhole(input)) continue;
    const place = join(folder, inside);
    if (leadsOut(folder, inside)) continue;
    if ((await sha256Of(place, signal)) === input.sha256) continue;
    const copy = await keptCopy(store, input.sha256, signal);
    if (copy === undefined) continue;
    await mkdir(dirname(place), { recursive: true });
    await copyFile(copy, place, constants.COPYFILE_FICLONE);
    restored.push(input.path);
  }
  return restored;
}

/** What the code has a link for is not in the folder, wherever the link leads. */
function leadsOut(folder: string, inside: string): boolean {
  const parts = inside.split(sep);
  return parts.some((_, index) =>
    lstatSync(join(folder, ...parts.slice(0, index + 1)), { throwIfNoEntry: false })?.isSymbolicLink(),
  );
}

function isWhole(file: UsedFile): file is UsedFile & { sha256: string } {
  return file.sha256 !== null && !file.sampled && file.files === null;
}

async function keptCopy(store: Store, sha256: string, signal: AbortSignal): Promise<string | undefined> {
  for (const { run, path } of artifactsWithHash(store.db, sha256)) {
    const copy = insideRun(store.folder, run, path);
    if (copy !== null && existsSync(copy) && (await sha256Of(copy, signal)) === sha256) return copy;
  }
  return undefined;
}

/** Undefined where there is no such file. */
async function sha256Of(path: string, signal: AbortSignal): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash, { signal });
    return hash.digest('hex');
  } catch (error) {
    signal.throwIfAborted();
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}

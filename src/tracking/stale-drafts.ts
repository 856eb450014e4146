import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { lookAt } from '../base/files.ts';

const draftName = /^\.[0-9a-f-]{36}\.draft$/;
/** Far longer than a launch may take, in milliseconds. */
const stale = 3_600_000;

/** Removes what launches have left that were killed before their run could be seen. */
export function removeStaleDrafts(runs: string): void {
  for (const name of readdirSync(runs).filter((entry) => draftName.test(entry))) {
    const changed = lookAt(join(runs, name))?.mtimeMs ?? Date.now();
    if (Date.now() - changed > stale) rmSync(join(runs, name), { recursive: true, force: true });
  }
}

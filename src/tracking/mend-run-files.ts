import { copyFileSync, lstatSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { causeText, systemCode } from '../base/fault.ts';
import { writeWhole } from '../base/files.ts';
import { isId } from '../base/ids.ts';
import type { StoreProblem } from '../contract/store-report.ts';
import { everyAsked, type Store } from '../store/index.ts';
import { readRunFile, runFolder } from './run-folder.ts';

/**
 * Writes each run.json again that has gone or was damaged, as the index has it. A damaged one is kept beside it. What cannot be
 * written is said, and stays as it is.
 */
export function mendRunFiles(store: Store): StoreProblem[] {
  const problems: StoreProblem[] = [];
  for (const { id, asked } of everyAsked(store.db)) {
    if (!isId(id)) continue;
    const folder = runFolder(store.folder, id);
    if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) continue;
    const read = readRunFile(store.folder, id);
    if ('asked' in read) continue;
    const params = { file: `runs/${id}/run.json`, problem: read.problem };
    try {
      restore(join(folder, 'run.json'), asked);
      problems.push({ run: id, code: 'run-file-restored', params, mended: true });
    } catch (error) {
      if (systemCode(error) === undefined) throw error;
      const problem = `${read.problem}; ${causeText(error)}`;
      problems.push({ run: id, code: 'run-file-broken', params: { ...params, problem }, mended: false });
    }
  }
  return problems;
}

function restore(path: string, asked: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  const kept = `${path}.damaged-${Date.now()}`;
  if (found?.isFile()) copyFileSync(path, kept);
  else if (found) renameSync(path, kept);
  writeWhole(path, `${JSON.stringify(JSON.parse(asked), null, 2)}\n`);
}

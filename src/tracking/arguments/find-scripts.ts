import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../base/fault.ts';
import type { ScriptCandidate } from '../../contract/arguments.ts';
import { fault } from '../../contract/errors.ts';
import { folderEntries } from './folder-entries.ts';

export interface FindOptions {
  signal?: AbortSignal;
  /** What was run before, by path relative to the folder. */
  lastRuns?: ReadonlyMap<string, NonNullable<ScriptCandidate['lastRun']>>;
  /** At most so many files are looked into. */
  limit?: number;
  /** Milliseconds after which the search answers with what it has. */
  deadline?: number;
}

const passedOver = new Set([
  'node_modules',
  'site-packages',
  'dist-packages',
  '__pycache__',
  'tests',
  'test',
  'venv',
  'env',
]);
const likelyName = /^(train|main|fit|run|finetune|fine_tune|experiment|learn)/i;
const mainGuard = /^if\s*\(?\s*(__name__\s*==\s*['"]__main__['"]|['"]__main__['"]\s*==\s*__name__)/m;
const lookedAt = 256 * 1024;
const readTogether = 16;

/** The Python scripts of a folder that somebody may want to run, the likeliest first. */
export async function findScripts(folder: string, options: FindOptions = {}): Promise<ScriptCandidate[]> {
  const { signal, lastRuns = new Map(), limit = 5000, deadline = 3000 } = options;
  const end = performance.now() + deadline;
  const over = (): boolean => {
    if (signal?.aborted) throw fault('cancelled', { name: 'scripts' });
    return performance.now() > end;
  };
  const files = await listScripts(folder, limit, over);
  const found: { candidate: ScriptCandidate; rank: number }[] = [];
  for (let start = 0; start < files.length; start += readTogether) {
    const late = over();
    const part = files.slice(start, start + readTogether);
    found.push(...(await Promise.all(part.map((path) => judge(folder, path, lastRuns.get(path) ?? null, late)))));
  }
  found.sort((one, other) => order(one, other));
  return found.map(({ candidate }) => candidate);
}

/** Breadth first, so that a limit cuts off the depths and not the folder's own scripts. */
async function listScripts(folder: string, limit: number, over: () => boolean): Promise<string[]> {
  const files: string[] = [];
  const folders = [''];
  for (let next = 0; next < folders.length && files.length < limit && !over(); next++) {
    const at = folders[next] as string;
    const entries = (await folderEntries(join(folder, at))).sort((one, other) => (one.name < other.name ? -1 : 1));
    if (at !== '' && entries.some((entry) => entry.name === 'pyvenv.cfg' || entry.name === 'conda-meta')) continue;
    for (const entry of entries) {
      const path = at === '' ? entry.name : `${at}/${entry.name}`;
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory() && !passedOver.has(entry.name)) folders.push(path);
      else if (entry.isFile() && entry.name.endsWith('.py') && !isTest(entry.name)) files.push(path);
    }
  }
  return files.slice(0, limit);
}

function isTest(name: string): boolean {
  return /^(test_.*|.*_test|conftest|setup|__init__)\.py$/.test(name);
}

async function judge(
  folder: string,
  path: string,
  lastRun: ScriptCandidate['lastRun'],
  late: boolean,
): Promise<{ candidate: ScriptCandidate; rank: number }> {
  const text = late ? '' : await beginning(join(folder, path));
  const guarded = mainGuard.test(text);
  const name = path.slice(path.lastIndexOf('/') + 1);
  const likely = likelyName.test(name);
  const parses = /\bArgumentParser\b|@click\.|\btyper\.|\bfire\.Fire\b|@hydra\.main\b/.test(text);
  const rank = lastRun ? 0 : guarded && likely ? 1 : likely ? 2 : guarded && parses ? 3 : guarded || parses ? 4 : 5;
  return { candidate: { path, entry: guarded || lastRun !== null, lastRun }, rank };
}

async function beginning(file: string): Promise<string> {
  try {
    const handle = await open(file);
    try {
      const { size } = await handle.stat();
      const length = Math.min(size, lookedAt);
      const start = await handle.read(Buffer.alloc(length), 0, length, 0);
      const tail = Math.min(size - length, lookedAt);
      const rest = await handle.read(Buffer.alloc(tail), 0, tail, size - tail);
      return start.buffer.toString('latin1') + rest.buffer.toString('latin1');
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return '';
  }
}

type Found = { candidate: ScriptCandidate; rank: number };

function order(one: Found, other: Found): number {
  if (one.rank !== other.rank) return one.rank - other.rank;
  const times = (other.candidate.lastRun?.time ?? 0) - (one.candidate.lastRun?.time ?? 0);
  const depths = one.candidate.path.split('/').length - other.candidate.path.split('/').length;
  return times || depths || (one.candidate.path < other.candidate.path ? -1 : 1);
}

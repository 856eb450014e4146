import { lstat, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { extname, join } from 'node:path';
import { pathInside } from '../base/files.ts';
import { isId } from '../base/ids.ts';
import type { Micros } from '../base/time.ts';
import { tickMicros } from './file-book.ts';
import type { Pace } from './pace.ts';
import type { RunSettings } from './settings.ts';
import { toldFiles } from './told-files.ts';
import { type FoundFile, walkFolder } from './walk-folder.ts';

export interface FoundOutput {
  path: string;
  /** When it was changed last. */
  modified: Micros;
  /** The run made it, rather than changed it. */
  isNew: boolean;
}

const bounds = { entries: 50_000, depth: 12, milliseconds: 3_000 };
/** So many of the newest runs may go on at the same time. */
const mostBeside = 40;
/** Sources that a person edits while the run goes on. */
const sources = new Set(['.py', '.pyi', '.pyc', '.ipynb', '.swp', '.tmp']);

/**
 * What is new or changed in a run's working folder since it began, and until its end where that was earlier, but for what runs beside it say that they wrote. `cut`: the
 * folder is too large to be gone through.
 *
 * @param except files that are known to be none of its outputs
 */
export async function findOutputs(
  cwd: string,
  settings: RunSettings,
  { since, until = Number.POSITIVE_INFINITY }: { since: Micros; until?: Micros | undefined },
  except: ReadonlySet<string>,
  pace: Pace,
): Promise<{ found: FoundOutput[]; cut: boolean }> {
  pace.begin();
  const start = since - tickMicros;
  const found: FoundOutput[] = [];
  const depth = pathInside(cwd, homedir()) === undefined ? bounds.depth : 0;
  const take = ({ way, modified, made }: FoundFile) => {
    const path = join(cwd, ...way);
    if ((modified < start && made < start) || made > until || modified > until) return;
    if (sources.has(extname(path).toLowerCase()) || pathInside(settings.store, path) !== undefined) return;
    found.push({ path, modified, isNew: made >= start });
  };
  const { cut } = await walkFolder(cwd, { ...bounds, depth, since: start }, pace, take);
  const others = found.length > 0 ? await writtenBeside(settings, since) : new Set<string>();
  return { found: found.filter(({ path }) => !others.has(path) && !except.has(path)), cut };
}

/** What the processes of other runs of the store say that they wrote, of those that went on when this one did. */
async function writtenBeside({ store, id }: RunSettings, since: Micros): Promise<Set<string>> {
  const written = new Set<string>();
  const runs = join(store, 'runs');
  const newest = (await readdir(runs))
    .filter((name) => isId(name) && name !== id)
    .sort()
    .slice(-mostBeside);
  for (const run of newest) {
    const seen = await lstat(join(runs, run, 'supervisor.jsonl')).catch(() => undefined);
    if (!seen || seen.mtimeMs * 1_000 < since) continue;
    for (const { path, access } of await toldFiles(join(runs, run)).read()) if (access === 'write') written.add(path);
  }
  return written;
}

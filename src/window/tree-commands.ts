import { askGroup, askSort } from './arrange.ts';
import type { Arrangement, KeptArrangement } from './arrangement.ts';
import type { Backend } from './backend-process.ts';
import type { Experiments } from './experiments.ts';
import { openFilterBox } from './filter-box.ts';
import type { Names } from './filter-completions.ts';
import type { Messages } from './messages.ts';
import type { UndoStack } from './undo.ts';

export interface TreeParts {
  backend: Backend;
  experiments: Experiments;
  messages: Messages;
  arrangement: KeptArrangement;
  undo: UndoStack;
}

type Register = (name: string, act: (...args: unknown[]) => Promise<unknown> | unknown) => void;

/** The commands that say what the tree shows and how. Each takes what it would otherwise ask for. */
export function registerTreeCommands(register: Register, parts: TreeParts): void {
  const { experiments, arrangement, messages } = parts;
  const names = () => everyName(parts);
  const refreshAll = () => Promise.all(experiments.folders().map((folder) => experiments.refresh(folder)));
  /** What cannot be sorted or grouped by leaves the tree as it was. */
  const rearrange = async (changes: Partial<Arrangement>) => {
    const before = arrangement.now;
    arrangement.set(changes);
    await refreshAll();
    const problem = experiments
      .folders()
      .map((folder) => experiments.problem(folder))
      .find((one) => one?.code === 'sort-key' || one?.code === 'group-key');
    if (!problem) return;
    arrangement.set(before);
    await refreshAll();
    throw problem;
  };

  register('filterRuns', async (filter) => {
    if (typeof filter !== 'string') return openFilterBox({ experiments, messages, arrangement, names });
    const problem = await experiments.filter(filter);
    if (problem) throw problem;
  });
  register('clearFilter', () => experiments.filter(''));
  register('sortBy', async (key) => {
    const sort = typeof key === 'string' ? key : await askSort(arrangement.now, names());
    if (sort !== undefined) await rearrange({ sort });
  });
  register('groupBy', async (key) => {
    const group = typeof key === 'string' ? key : await askGroup(arrangement.now, names());
    if (group !== undefined) await rearrange({ group });
  });
  register('showArchived', () => rearrange({ archived: true }));
  register('hideArchived', () => rearrange({ archived: false }));
  register('showMore', (folder, branch) => experiments.open(String(folder), String(branch), true));
  register('undo', () => parts.undo.undo());
}

async function everyName({ backend, experiments }: TreeParts): Promise<Names> {
  const found = await Promise.all(experiments.folders().map((folder) => backend.call('names', { folder })));
  const all = (table: keyof Names) => [...new Set(found.flatMap((names) => names[table]))].sort();
  return { metrics: all('metrics'), params: all('params'), tags: all('tags') };
}

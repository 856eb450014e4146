import { askGroup, askSort } from './arrange.ts';
import type { KeptArrangement } from './arrangement.ts';
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

  register('filterRuns', async (filter) => {
    if (typeof filter !== 'string') return openFilterBox({ experiments, messages, arrangement, names });
    const problem = await experiments.filter(filter);
    if (problem) throw problem;
  });
  register('clearFilter', () => experiments.filter(''));
  register('sortBy', async (key) => {
    const sort = typeof key === 'string' ? key : await askSort(arrangement.now, names());
    if (sort !== undefined) arrangement.set({ sort });
    await refreshAll();
  });
  register('groupBy', async (key) => {
    const group = typeof key === 'string' ? key : await askGroup(arrangement.now, names());
    if (group !== undefined) arrangement.set({ group });
    await refreshAll();
  });
  register('showArchived', () => {
    arrangement.set({ archived: true });
    return refreshAll();
  });
  register('hideArchived', () => {
    arrangement.set({ archived: false });
    return refreshAll();
  });
  register('showMore', (folder, branch) => experiments.open(String(folder), String(branch), true));
  register('undo', () => parts.undo.undo());
}

async function everyName({ backend, experiments }: TreeParts): Promise<Names> {
  const found = await Promise.all(experiments.folders().map((folder) => backend.call('names', { folder })));
  const all = (table: keyof Names) => [...new Set(found.flatMap((names) => names[table]))].sort();
  return { metrics: all('metrics'), params: all('params'), tags: all('tags') };
}

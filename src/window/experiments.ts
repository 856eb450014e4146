import { Fault } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import type { Tree, TreeRun } from '../contract/tree.ts';
import type { Backend } from './backend-process.ts';

export interface RunReference {
  folder: string;
  run: string;
}

export interface FolderRun {
  folder: string;
  run: TreeRun;
}

/** What the window knows of each folder's runs: a whole snapshot per folder, replaced when the backend says that it changed. */
export interface Experiments {
  folders(): string[];
  tree(folder: string): Tree | undefined;
  /** Why a folder's runs could not be read. */
  problem(folder: string): Fault | undefined;
  running(): FolderRun[];
  /** The run if the snapshots have it. */
  find(reference: RunReference): TreeRun | undefined;
  /** Asks for the runs of an experiment from now on, and for `more` of them than before. */
  open(folder: string, experiment: string, more?: number): Promise<void>;
  refresh(folder: string): Promise<void>;
  /** Keeps only these folders, and reads each anew. */
  follow(folders: readonly string[]): Promise<void>;
  onChange(receive: (folder: string) => void): () => void;
}

export interface ExperimentsOptions {
  backend: Backend;
  log: Log;
  metric(folder: string): string;
  archived(): boolean;
}

export const groupSize = 200;
const shortestPause = 400;

interface FolderRuns {
  tree: Tree | undefined;
  problem: Fault | undefined;
  open: Map<string, number>;
  reading: Promise<void> | undefined;
  /** Something changed while it was being read. */
  stale: boolean;
  lastStart: number;
}

export function createExperiments({ backend, log, metric, archived }: ExperimentsOptions): Experiments {
  const folders = new Map<string, FolderRuns>();
  const receivers = new Set<(folder: string) => void>();
  const say = (folder: string) => {
    for (const receive of [...receivers]) receive(folder);
  };

  const settle = (state: FolderRuns, folder: string, tree: Tree) => {
    state.tree = tree;
    state.problem = undefined;
    if (folders.get(folder) === state) say(folder);
  };

  const read = async (folder: string, state: FolderRuns) => {
    const asked = metric(folder);
    try {
      const tree = await backend.call('tree', {
        folder,
        open: Object.fromEntries(state.open),
        archived: archived(),
        ...(asked ? { metric: asked } : {}),
      });
      settle(state, folder, tree);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (error.code === 'no-store') return settle(state, folder, { experiments: [], running: [] });
      log('warn', 'runs could not be read', { folder, code: error.code, params: error.params });
      if (error.code !== 'deadline' && error.code !== 'backend-gone') state.tree = undefined;
      state.problem = error;
      if (folders.get(folder) === state) say(folder);
    }
  };

  const readUntilFresh = async (folder: string, state: FolderRuns, patient: boolean) => {
    try {
      do {
        const pause = patient ? state.lastStart + shortestPause - performance.now() : 0;
        if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
        state.stale = false;
        state.lastStart = performance.now();
        await read(folder, state);
        patient = true;
      } while (state.stale && folders.get(folder) === state);
    } finally {
      state.reading = undefined;
    }
  };

  const refresh = (folder: string, patient: boolean): Promise<void> => {
    const state = folders.get(folder);
    if (!state) return Promise.resolve();
    if (state.reading) state.stale = true;
    else state.reading = readUntilFresh(folder, state, patient);
    return state.reading as Promise<void>;
  };

  backend.onEvent('changed', ({ folder }) => void refresh(folder, true));

  return {
    folders: () => [...folders.keys()],
    tree: (folder) => folders.get(folder)?.tree,
    problem: (folder) => folders.get(folder)?.problem,
    running: () => [...folders].flatMap(([folder, { tree }]) => (tree?.running ?? []).map((run) => ({ folder, run }))),
    find({ folder, run }) {
      const tree = folders.get(folder)?.tree;
      const all = [...(tree?.running ?? []), ...(tree?.experiments.flatMap(({ runs }) => runs) ?? [])];
      return all.find(({ id }) => id === run);
    },
    async open(folder, experiment, more = 0) {
      const state = folders.get(folder);
      if (!state) return;
      const count = state.open.get(experiment);
      state.open.set(experiment, count === undefined ? groupSize : count + more);
      await refresh(folder, false);
    },
    refresh: (folder) => refresh(folder, false),
    async follow(paths) {
      for (const folder of folders.keys()) if (!paths.includes(folder)) folders.delete(folder);
      for (const folder of paths) {
        if (!folders.has(folder)) {
          folders.set(folder, {
            tree: undefined,
            problem: undefined,
            open: new Map(),
            reading: undefined,
            stale: false,
            lastStart: Number.NEGATIVE_INFINITY,
          });
        }
      }
      await Promise.all(paths.map((folder) => refresh(folder, false)));
    },
    onChange(receive) {
      receivers.add(receive);
      return () => receivers.delete(receive);
    },
  };
}

import { Fault } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import type { RunFacts } from '../contract/run.ts';
import type { Tree, TreeRow, TreeRun, TreeView } from '../contract/tree.ts';
import type { Arrangement } from './arrangement.ts';
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
  /** Asks for the rows below a group (by its key), a run (by its id) or at the top ('') from now on, and for a page more of them. */
  open(folder: string, branch: string, more?: boolean): Promise<void>;
  /** Asks no longer for the rows below a group or a run. */
  close(folder: string, branch: string): void;
  /** Shows the runs that a filter matches, or answers what is wrong with it. A later call overtakes. */
  filter(text: string): Promise<Fault | undefined>;
  refresh(folder: string): Promise<void>;
  /** All runs of a group, also those that no row shows. */
  members(folder: string, group: string): Promise<RunFacts[]>;
  /** Keeps only these folders, and reads each anew. */
  follow(folders: readonly string[]): Promise<void>;
  onChange(receive: (folder: string) => void): () => void;
}

export interface ExperimentsOptions {
  backend: Backend;
  log: Log;
  metric(folder: string): string;
  arrangement: { readonly now: Arrangement; set(changes: Partial<Arrangement>): void };
}

/** How many rows of a branch are shown at first, and more at a time: somewhat more than fit on a screen. */
export const pageSize = 50;
const shortestPause = 400;

interface FolderRuns {
  tree: Tree | undefined;
  problem: Fault | undefined;
  /** How many rows of a branch are asked for, without a filter and with one. */
  open: Map<string, number>;
  openFiltered: Map<string, number>;
  reading: Promise<void> | undefined;
  /** Something changed while it was being read. */
  stale: boolean;
  /** Somebody waits for it. */
  urgent: boolean;
  /** Ends the pause that it is in. */
  wake: (() => void) | undefined;
  lastStart: number;
}

export function createExperiments({ backend, log, metric, arrangement }: ExperimentsOptions): Experiments {
  const folders = new Map<string, FolderRuns>();
  const receivers = new Set<(folder: string) => void>();
  let filters = 0;
  const say = (folder: string) => {
    for (const receive of [...receivers]) receive(folder);
  };

  const openOf = (state: FolderRuns, filter = arrangement.now.filter) =>
    filter === '' ? state.open : state.openFiltered;

  const viewOf = (folder: string, filter: string): TreeView => {
    const { sort, group, archived } = arrangement.now;
    const asked = metric(folder);
    return {
      group,
      archived,
      ...(filter === '' ? {} : { filter }),
      ...(sort === '' ? {} : { sort }),
      ...(asked === '' ? {} : { metric: asked }),
    };
  };

  const ask = (folder: string, state: FolderRuns, filter: string): Promise<Tree> => {
    return backend.call('tree', {
      folder,
      view: viewOf(folder, filter),
      open: Object.fromEntries(openOf(state, filter)),
      unfold: filter === '' ? 1 : pageSize,
    });
  };

  const settle = (state: FolderRuns, folder: string, tree: Tree) => {
    state.tree = tree;
    state.problem = undefined;
    const open = openOf(state);
    for (const row of allRows(tree)) {
      const branch = branchOf(row);
      if (row.rows.length > 0 && !open.has(branch)) open.set(branch, pageSize);
    }
    if (folders.get(folder) === state) say(folder);
  };

  const read = async (folder: string, state: FolderRuns) => {
    const before = arrangement.now;
    try {
      const tree = await ask(folder, state, before.filter);
      if (arrangement.now === before) settle(state, folder, tree);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (error.code === 'no-store') return settle(state, folder, noRuns);
      log('warn', 'runs could not be read', { folder, code: error.code, params: error.params });
      if (error.code !== 'deadline' && error.code !== 'backend-gone') state.tree = undefined;
      state.problem = error;
      if (folders.get(folder) === state) say(folder);
    }
  };

  const readUntilFresh = async (folder: string, state: FolderRuns) => {
    try {
      do {
        const pause = state.urgent ? 0 : state.lastStart + shortestPause - performance.now();
        if (pause > 0) await rest(state, pause);
        state.stale = false;
        state.urgent = false;
        state.lastStart = performance.now();
        await read(folder, state);
      } while (state.stale && folders.get(folder) === state);
    } finally {
      state.reading = undefined;
    }
  };

  const refresh = (folder: string, urgent: boolean): Promise<void> => {
    const state = folders.get(folder);
    if (!state) return Promise.resolve();
    state.urgent ||= urgent;
    if (urgent) state.wake?.();
    if (state.reading) state.stale = true;
    else state.reading = readUntilFresh(folder, state);
    return state.reading as Promise<void>;
  };

  backend.onEvent('changed', ({ folder }) => void refresh(folder, false));

  return {
    folders: () => [...folders.keys()],
    tree: (folder) => folders.get(folder)?.tree,
    problem: (folder) => folders.get(folder)?.problem,
    running: () => [...folders].flatMap(([folder, { tree }]) => (tree?.running ?? []).map((run) => ({ folder, run }))),
    find({ folder, run }) {
      const tree = folders.get(folder)?.tree;
      const rows = tree ? [...tree.running, ...allRows(tree)] : [];
      return rows.find((row): row is TreeRun => row.kind === 'run' && row.id === run);
    },
    async open(folder, branch, more = false) {
      const state = folders.get(folder);
      if (!state) return;
      const open = openOf(state);
      const shown = open.get(branch) || pageSize;
      open.set(branch, more ? shown + pageSize : shown);
      await refresh(folder, true);
    },
    close(folder, branch) {
      const state = folders.get(folder);
      if (state) openOf(state).set(branch, 0);
    },
    async filter(text) {
      const wanted = text.trim();
      const turn = ++filters;
      try {
        const asked = [...folders].map(async ([folder, state]) => {
          state.openFiltered = new Map();
          return { folder, state, tree: await ask(folder, state, wanted).catch(withoutStore) };
        });
        const trees = await Promise.all(asked);
        if (turn !== filters) return undefined;
        arrangement.set({ filter: wanted });
        for (const { folder, state, tree } of trees) settle(state, folder, tree);
        return undefined;
      } catch (error) {
        if (error instanceof Fault) return error;
        throw error;
      }
    },
    members: (folder, group) =>
      backend.call('members', { folder, view: viewOf(folder, arrangement.now.filter), group }),
    refresh: (folder) => refresh(folder, true),
    async follow(paths) {
      for (const folder of folders.keys()) if (!paths.includes(folder)) folders.delete(folder);
      for (const folder of paths) {
        if (!folders.has(folder)) {
          folders.set(folder, {
            tree: undefined,
            problem: undefined,
            open: new Map(),
            openFiltered: new Map(),
            reading: undefined,
            stale: false,
            urgent: false,
            wake: undefined,
            lastStart: Number.NEGATIVE_INFINITY,
          });
        }
      }
      await Promise.all(paths.map((folder) => refresh(folder, true)));
    },
    onChange(receive) {
      receivers.add(receive);
      return () => receivers.delete(receive);
    },
  };
}

const noRuns: Tree = { matching: 0, total: 0, size: 0, rows: [], running: [] };

/** A pause that ends early when somebody waits. */
function rest(state: FolderRuns, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      state.wake = undefined;
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    state.wake = end;
  });
}

function withoutStore(error: unknown): Tree {
  if (error instanceof Fault && error.code === 'no-store') return noRuns;
  throw error;
}

/** What the rows below a row are asked for by. */
export function branchOf(row: TreeRow): string {
  return row.kind === 'run' ? row.id : row.key;
}

/** Every row that a snapshot names, whatever is above it. */
export function allRows(branch: { rows: TreeRow[] }): TreeRow[] {
  return branch.rows.flatMap((row) => [row, ...allRows(row)]);
}

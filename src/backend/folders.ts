import { existsSync } from 'node:fs';
import { causeText, type Fault, paramTexts } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import type { FolderState } from '../contract/api.ts';
import { asFault, fault } from '../contract/errors.ts';
import { findStore, storeForWindow } from '../project/index.ts';
import { countRuns, type Store } from '../store/index.ts';
import { ingestRuns, openRuns } from '../tracking/index.ts';
import { keepAdopting } from './adopting.ts';
import { coalesce } from './coalesce.ts';
import { keepSealing } from './sealing.ts';
import { type Watcher, watchStore } from './watcher.ts';

export interface WindowFolder {
  path: string;
  name: string;
  trusted: boolean;
}

export interface Folders {
  /** Replaces the folders that the window shows. */
  show(folders: WindowFolder[]): Promise<FolderState[]>;
  /** The store of a folder, to read from. Throws `no-store`, or why the store cannot be used. */
  reading(path: string): Store;
  /** The same, to write to. Throws `untrusted` too. */
  writing(path: string): Store;
  /** Throws `untrusted` unless things may be started in this folder; answers where its runs go. */
  starting(path: string): string;
  /** The store of a folder, to be examined; its index is let go of with `rebuild`. Throws `untrusted`, `no-store`. */
  examining(path: string, rebuild: boolean): string;
  /** Something was done to runs of a folder: brings the index up to date about them, and tells the window. */
  touched(path: string, runs: string[]): Promise<void>;
  close(): void;
}

interface Tell {
  log: Log;
  changed(folder: string, runs: string[]): void;
  queue(folder: string): void;
  states(states: FolderState[]): void;
}

interface Opened {
  store: Store;
  watcher: Watcher;
  /** Undefined where nothing may be written. */
  sealing: { close(): void } | undefined;
  trusted: boolean;
}

const lookForStores = 2000;
const eventGap = 200;
/** How long the window waits for the first look at its stores; what a longer one finds comes as events. */
const firstLook = 500;

/** The stores of the folders that a window shows: one store open once, however many folders lie in it. */
export function openFolders(tell: Tell): Folders {
  let folders: WindowFolder[] = [];
  const stores = new Map<string, Opened>();
  const problems = new Map<string, Fault>();
  let lastStates = '';
  const changes = coalesce<string>(eventGap, tellChanges);
  const queues = coalesce<string>(eventGap, tellQueues);
  const timer = setInterval(refresh, lookForStores);

  function refresh(): void {
    const wanted = new Map<string, boolean>();
    for (const folder of folders) {
      const path = findStore(folder.path);
      if (path) wanted.set(path, folder.trusted && (wanted.get(path) ?? true));
    }
    for (const [path, opened] of stores) {
      const keep = wanted.has(path) && existsSync(path) && opened.trusted === wanted.get(path);
      if (!keep) closeStore(path);
    }
    for (const [path, trusted] of wanted) if (!stores.has(path)) openOne(path, trusted);
    tellStates();
  }

  function openOne(path: string, trusted: boolean): void {
    try {
      const store = openRuns(path, { readOnly: !trusted });
      problems.delete(path);
      const adopt = keepAdopting(store, tell.log);
      const watcher = watchStore(store, {
        looked: (runs) => {
          adopt();
          if (problems.delete(path)) tellStates();
          addChanges(path, runs);
        },
        failed: (error) => {
          note(path, error);
          tellStates();
        },
        queueChanged: () => queues.add([path]),
        queueFailed: (error) => tell.log('error', 'queue-stuck', { store: path, cause: causeText(error) }),
      });
      const sealing = store.readOnly ? undefined : keepSealing(store, tell.log);
      stores.set(path, { store, watcher, sealing, trusted });
      tell.log('info', 'store-opened', { store: path, readOnly: store.readOnly });
    } catch (error) {
      note(path, error);
    }
  }

  /** What is wrong with a store: logged once, shown until it is mended. */
  function note(path: string, error: unknown): void {
    const problem = asFault(error);
    if (problems.get(path)?.message !== problem.message) {
      tell.log('error', problem.code, { store: path, ...problem.params, cause: causeText(problem.cause ?? error) });
    }
    problems.set(path, problem);
  }

  function addChanges(path: string, runs: string[]): void {
    changes.add(runs.map((run) => `${path}\n${run}`));
  }

  function closeStore(path: string): void {
    const opened = stores.get(path);
    stores.delete(path);
    opened?.watcher.close();
    opened?.sealing?.close();
    opened?.store.close();
  }

  function tellChanges(items: string[]): void {
    for (const { path } of folders) {
      const beginning = `${findStore(path)}\n`;
      const runs = items.flatMap((item) => (item.startsWith(beginning) ? [item.slice(beginning.length)] : []));
      if (runs.length > 0) tell.changed(path, runs);
    }
    tellStates();
  }

  function tellQueues(stores: string[]): void {
    for (const { path } of folders) if (stores.includes(findStore(path) ?? '')) tell.queue(path);
  }

  function tellStates(): void {
    const states = folders.map(stateOf);
    const text = JSON.stringify(states);
    if (text === lastStates) return;
    lastStates = text;
    tell.states(states);
  }

  function stateOf({ path }: WindowFolder): FolderState {
    const found = findStore(path);
    const opened = found === null ? undefined : stores.get(found);
    const problem = found === null ? undefined : problems.get(found);
    const counts = opened ? countRuns(opened.store.db) : { runs: 0, running: 0 };
    return {
      path,
      store: found,
      readOnly: opened?.store.readOnly ?? false,
      ...counts,
      problem: problem ? { code: problem.code, params: paramTexts(problem.params) } : null,
    };
  }

  function reading(path: string): Store {
    const found = findStore(path);
    if (found === null) throw fault('no-store', { folder: path });
    if (!stores.has(found)) refresh();
    const opened = stores.get(found);
    if (opened) return opened.store;
    throw problems.get(found) ?? fault('no-store', { folder: path });
  }

  function mustBeTrusted(path: string): void {
    if (!folders.find((folder) => folder.path === path)?.trusted) throw fault('untrusted', { folder: path });
  }

  return {
    async show(list) {
      folders = list;
      refresh();
      const looks = Promise.all([...stores.values()].map(({ watcher }) => watcher.look()));
      await Promise.race([looks, new Promise((resolve) => setTimeout(resolve, firstLook))]);
      return folders.map(stateOf);
    },
    reading,
    writing(path) {
      mustBeTrusted(path);
      return reading(path);
    },
    starting(path) {
      mustBeTrusted(path);
      return storeForWindow(path);
    },
    examining(path, rebuild) {
      mustBeTrusted(path);
      const found = findStore(path);
      if (found === null) throw fault('no-store', { folder: path });
      if (rebuild) closeStore(found);
      return found;
    },
    async touched(path, runs) {
      const store = reading(path);
      await ingestRuns(store, runs);
      addChanges(store.folder, runs);
      tellStates();
    },
    close() {
      clearInterval(timer);
      changes.close();
      queues.close();
      for (const path of [...stores.keys()]) closeStore(path);
    },
  };
}

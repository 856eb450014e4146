import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../base/fault.ts';
import { runningRuns, type Store } from '../store/index.ts';
import { ingest } from '../tracking/index.ts';
import { outputGrowth } from './output-growth.ts';
import { watchQueue } from './queue-watch.ts';

export interface Watcher {
  /** Looks now, and answers when what the files say is in the index. */
  look(): Promise<void>;
  close(): void;
}

interface Listener {
  looked(changed: string[]): void;
  failed(error: unknown): void;
  queueChanged(): void;
  /** Nobody goes on with the queue, and this process cannot either. */
  queueFailed(error: unknown): void;
}

/** At most five looks a second, however busy the files are; looking goes on where the system tells of no changes. */
const shortestGap = 200;
/** The folders of live runs are not watched: to be told of every write would slow down what writes. */
const whileRunning = 300;
const whileQuiet = 2000;

/** Keeps a store's index up to date with its files: told by the system where it can, else by looking again and again. */
export function watchStore(store: Store, { looked, failed, queueChanged, queueFailed }: Listener): Watcher {
  const ended = new AbortController();
  const runs = join(store.folder, 'runs');
  const grown = outputGrowth(store.folder);
  const queue = watchQueue(store, queueFailed);
  const folders = watchFolders(() => soon(shortestGap));
  let timer: NodeJS.Timeout | undefined;
  let due = Number.POSITIVE_INFINITY;
  let looking: Promise<void> | undefined;

  function soon(gap: number): void {
    const time = performance.now() + gap;
    if (ended.signal.aborted || looking || time >= due) return;
    clearTimeout(timer);
    due = time;
    timer = setTimeout(look, gap);
  }

  function look(): Promise<void> {
    clearTimeout(timer);
    due = Number.POSITIVE_INFINITY;
    looking ??= once().finally(() => {
      looking = undefined;
      soon(running() ? whileRunning : whileQuiet);
    });
    return looking;
  }

  async function once(): Promise<void> {
    try {
      const changed = await ingest(store, { signal: ended.signal, others: true });
      if (ended.signal.aborted) return;
      const live = runningRuns(store.db);
      folders.only([runs, ...['ops', 'queue', 'queue/waiting'].map((name) => join(store.folder, name))]);
      looked([...new Set([...changed, ...grown(live)])]);
      if (queue.look()) queueChanged();
    } catch (error) {
      if (!ended.signal.aborted) failed(error);
    }
  }

  const running = () => !ended.signal.aborted && runningRuns(store.db).length > 0;

  soon(0);
  return {
    look,
    close() {
      ended.abort();
      clearTimeout(timer);
      folders.only([]);
    },
  };
}

function watchFolders(changed: () => void) {
  const watchers = new Map<string, FSWatcher>();
  const forget = (folder: string) => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  };
  return {
    only(folders: string[]): void {
      for (const folder of watchers.keys()) if (!folders.includes(folder)) forget(folder);
      for (const folder of folders) {
        if (watchers.has(folder)) continue;
        const watcher = tryToWatch(folder, changed);
        if (!watcher) continue;
        watcher.on('error', () => forget(folder));
        watchers.set(folder, watcher);
      }
    },
  };
}

/** Undefined where the folder is missing, or the system has no more watches to give: looking again finds the changes. */
function tryToWatch(folder: string, changed: () => void): FSWatcher | undefined {
  try {
    return watch(folder, changed);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}

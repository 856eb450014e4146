import { existsSync } from 'node:fs';
import type { QueueState } from '../contract/queue.ts';
import { createStore, storeForWindow } from '../project/index.ts';
import { findRun, type Store } from '../store/index.ts';
import { clearQueue, keepQueueGoing, moveQueued, queueState, setPaused, writeJobs } from '../tracking/index.ts';
import type { Answers } from './checked.ts';
import type { Folders } from './folders.ts';

type QueueAnswers = Pick<Answers, 'queue' | 'pauseQueue' | 'queueJobs' | 'moveQueued' | 'clearQueue'>;

/** The calls about the queue. */
export function queueAnswers(folders: Folders): QueueAnswers {
  /** The store that a folder's runs go to, made where there is none yet: limits may be set before the first run. */
  function storeOf(folder: string): string {
    const store = folders.starting(folder);
    if (!existsSync(store)) createStore(store);
    return store;
  }

  return {
    queue: async ({ folder }) => {
      const store = storeForWindow(folder);
      return existsSync(store) ? named(folders.reading(folder), queueState(store)) : queueState(store);
    },
    pauseQueue: async ({ folder, paused }) => {
      const store = storeOf(folder);
      setPaused(store, paused);
      keepQueueGoing(store);
      return null;
    },
    queueJobs: async ({ folder, jobs }) => {
      const store = storeOf(folder);
      writeJobs(store, jobs);
      keepQueueGoing(store);
      return null;
    },
    moveQueued: async ({ folder, run, position }) => {
      moveQueued(folders.starting(folder), run, position);
      return null;
    },
    clearQueue: async ({ folder, keys }) => {
      const done = clearQueue(folders.starting(folder), keys);
      await folders.touched(folder, done.runs);
      return done;
    },
  };
}

/** With the names that people gave to runs since. */
function named({ db }: Store, state: QueueState): QueueState {
  const waiting = state.waiting.map((row) => ({
    ...row,
    name: (row.run === null ? undefined : findRun(db, row.run)?.name) ?? row.name,
  }));
  return { ...state, waiting };
}

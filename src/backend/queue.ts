import { existsSync } from 'node:fs';
import { createStore, storeForWindow } from '../project/index.ts';
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
    queue: async ({ folder }) => queueState(storeForWindow(folder)),
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

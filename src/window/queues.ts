import { causeText, Fault } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import type { QueuedRun, QueueState } from '../contract/queue.ts';
import type { Backend } from './backend-process.ts';
import type { Experiments, RunReference } from './experiments.ts';

/** What the window knows of each folder's queue: a whole snapshot, replaced when the backend says that it changed. */
export interface Queues {
  state(folder: string): QueueState | undefined;
  /** What waits, in the order of the folders. */
  waiting(): { folder: string; row: QueuedRun }[];
  find(reference: RunReference): QueuedRun | undefined;
  refresh(folder: string): Promise<void>;
  onChange(receive: () => void): () => void;
}

interface Reading {
  done: Promise<void>;
  /** The queue changed while it was being read. */
  stale: boolean;
}

export function createQueues(backend: Backend, experiments: Experiments, log: Log): Queues {
  const states = new Map<string, QueueState>();
  const readings = new Map<string, Reading>();
  const receivers = new Set<() => void>();

  const readUntilFresh = async (folder: string, reading: Reading) => {
    try {
      do {
        reading.stale = false;
        states.set(folder, await backend.call('queue', { folder }));
      } while (reading.stale);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      log('warn', 'a queue could not be read', { folder, error: causeText(error) });
    } finally {
      readings.delete(folder);
    }
    for (const receive of [...receivers]) receive();
  };

  const refresh = (folder: string): Promise<void> => {
    const known = readings.get(folder);
    if (known) {
      known.stale = true;
      return known.done;
    }
    const reading: Reading = { done: Promise.resolve(), stale: false };
    readings.set(folder, reading);
    reading.done = readUntilFresh(folder, reading);
    return reading.done;
  };

  backend.onEvent('queue', ({ folder }) => {
    void refresh(folder);
    void experiments.refresh(folder);
  });
  experiments.onChange((folder) => {
    for (const known of states.keys()) if (!experiments.folders().includes(known)) states.delete(known);
    if (!states.has(folder)) void refresh(folder);
  });

  return {
    state: (folder) => states.get(folder),
    waiting: () => [...states].flatMap(([folder, { waiting }]) => waiting.map((row) => ({ folder, row }))),
    find: ({ folder, run }) => states.get(folder)?.waiting.find((row) => row.run === run),
    refresh,
    onChange(receive) {
      receivers.add(receive);
      return () => receivers.delete(receive);
    },
  };
}

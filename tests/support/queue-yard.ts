import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../../src/base/process-identity.ts';
import type { LaunchRequest } from '../../src/contract/api.ts';
import type { QueueState } from '../../src/contract/queue.ts';
import type { RunDetails } from '../../src/contract/run.ts';
import {
  clearQueue,
  ingest,
  keepQueueGoing,
  type Launched,
  openRuns,
  queueState,
  runDetails,
  setPaused,
} from '../../src/tracking/index.ts';
import { slotHolders } from '../../src/tracking/queue/slots.ts';
import { until } from './until.ts';
import { type Yard, yard } from './yard.ts';

/** A yard with a queue, whose runs say in a ledger that they ran. */
export interface QueueYard extends Yard {
  store: string;
  /** Queues a shell's commands, with the ledger as `$LEDGER`, after which `NAME` is in the ledger. */
  queue(name: string, commands?: string, request?: Partial<LaunchRequest>): Promise<Launched>;
  /** What ran, in order. */
  ledger(): string[];
  state(): QueueState;
  /** The file of a run's entry; undefined where it has none in that folder of the queue. */
  entry(folder: string, run: string): string | undefined;
  details(run: string): Promise<RunDetails>;
  /** Waits until nothing waits that could be started, and nothing of the queue runs. */
  idle(): Promise<void>;
}

const helpEvery = 1000;

export function queueYard(): QueueYard {
  const here = yard();
  const store = join(here.folder, '.trainyard');
  const file = join(here.folder, 'ledger');
  appendFileSync(file, '');
  const names = (folder: string) =>
    existsSync(join(store, 'queue', folder)) ? readdirSync(join(store, 'queue', folder)) : [];
  const living = () => slotHolders(store).some(({ process: holder }) => holder && isAlive(holder));
  /** As a window does, which comes by now and then. */
  const idle = () => {
    let helped = Number.NEGATIVE_INFINITY;
    return until('the queue is idle', () => {
      if (performance.now() - helped > helpEvery) {
        helped = performance.now();
        keepQueueGoing(store);
      }
      const state = queueState(store);
      const waits = !state.paused && state.waiting.some(({ position }) => position !== null);
      const left = ['claimed', 'started', 'taken'].some((folder) => names(folder).length > 0);
      return !waits && !left && state.running.length === 0 && !living();
    });
  };
  return {
    ...here,
    store,
    idle: async () => {
      await idle();
    },
    queue: (name, commands = '', request = {}) =>
      here.launch({
        name,
        target: { kind: 'program', argv: ['sh', '-c', `${commands || ':'}\necho ${name} >> "${file}"`] },
        queue: {},
        ...request,
      }),
    ledger: () => readFileSync(file, 'utf8').split('\n').filter(Boolean),
    state: () => queueState(store),
    entry(folder, run) {
      const name = names(folder).find((one) => one.includes(run));
      return name === undefined ? undefined : join(store, 'queue', folder, name);
    },
    async details(run) {
      const opened = openRuns(store);
      try {
        await ingest(opened);
        return runDetails(opened, run);
      } finally {
        opened.close();
      }
    },
    remove() {
      if (existsSync(store)) {
        setPaused(store, true);
        clearQueue(store);
      }
      here.remove();
    },
  };
}

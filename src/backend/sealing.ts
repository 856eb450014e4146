import { setTimeout } from 'node:timers/promises';
import { causeText } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import { nowMicros } from '../base/time.ts';
import type { Store } from '../store/index.ts';
import { sealRuns } from '../tracking/index.ts';

/** Milliseconds. */
export interface SealingPace {
  /** Between two looks for what may be sealed. */
  every: number;
  /** Between two steps of the work, each of some milliseconds: whoever asks for something is answered first. */
  rest: number;
  /** Runs that ended less long ago are left for later. */
  age: number;
}

const usualPace: SealingPace = { every: 60_000, rest: 20, age: 60_000 };

/** Seals the journals of settled runs as long as the store is open, unhurriedly. */
export function keepSealing(store: Store, log: Log, pace = usualPace): { close(): void } {
  const ended = new AbortController();
  const done = new Set<string>();

  const wait = (milliseconds: number) => setTimeout(milliseconds, undefined, { signal: ended.signal, ref: false });

  async function work(): Promise<void> {
    while (!ended.signal.aborted) {
      try {
        await wait(pace.every);
        await sealOnce();
      } catch (error) {
        if (!ended.signal.aborted) log('error', 'sealing-failed', { store: store.folder, cause: causeText(error) });
      }
    }
  }

  async function sealOnce(): Promise<void> {
    for await (const one of sealRuns(store, { restMicros: pace.age * 1000, now: nowMicros(), done })) {
      if (one) tell(one);
      await wait(pace.rest);
    }
  }

  function tell({ problem, ...sealed }: { run: string; file: string; problem: string | null }): void {
    if (problem === null) log('info', 'journal-sealed', sealed);
    else log('warn', 'journal-not-sealed', { ...sealed, problem });
  }

  work();
  return { close: () => ended.abort() };
}

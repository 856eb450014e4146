import { setImmediate, setTimeout } from 'node:timers/promises';

/** How fast work goes on beside what matters more. */
export interface Pace {
  /** Work begins; what was before was none. */
  begin(): void;
  /** Whether it is time to `rest`; asked where a wait for each step would cost more than the step. */
  isDue(): boolean;
  /** Lets others have their turn, as is due after the work since the last time. */
  rest(): Promise<void>;
  /** Nobody needs the machine more from now on: work goes on at full speed, but lets others have their turn. */
  hurry(): void;
}

/** Of one core, beside a script that works. */
const share = 0.2;
const turnMilliseconds = 4;
const longestPause = 50;

/** @param signal ends the work: `rest` throws then */
export function makePace(signal: AbortSignal): Pace {
  let hurried = false;
  let begun = performance.now();

  return {
    begin() {
      begun = performance.now();
    },
    isDue: () => performance.now() - begun >= turnMilliseconds,
    async rest() {
      const worked = performance.now() - begun;
      if (worked < turnMilliseconds) return;
      const due = performance.now() + worked / share - worked;
      await setImmediate();
      while (!hurried && !signal.aborted && performance.now() < due) {
        await setTimeout(Math.min(longestPause, due - performance.now()));
      }
      signal.throwIfAborted();
      begun = performance.now();
    },
    hurry() {
      hurried = true;
    },
  };
}

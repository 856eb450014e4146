import { causeText } from '../base/fault.ts';
import type { ProcessIdentity } from '../base/identity.ts';
import type { ProcessInfo } from '../base/process-list.ts';
import type { ProcessTree } from '../base/process-tree.ts';
import { type Micros, nowMicros } from '../base/time.ts';
import type { Earlier } from './earlier.ts';
import { lastSample } from './earlier-samples.ts';
import { watchGpus } from './gpu-watch.ts';
import { watchMachine } from './machine-watch.ts';
import type { Recorder } from './recorder.ts';
import type { RunSettings } from './settings.ts';
import { openSystemJournal } from './system-journal.ts';
import { takeSystemSamples } from './system-samples.ts';
import { treeEye } from './tree-look.ts';
import { type UsageLook, type UsageTotals, watchUsage } from './usage-watch.ts';

export interface SystemWatchOptions {
  settings: RunSettings;
  /** The script's own process. */
  root: ProcessIdentity;
  /** When it was started: by the wall clock, and by `performance.now`. */
  start: { wall: Micros; clock: number };
  /** Who waits for it, where that is not this process. */
  keeper: ProcessIdentity | null;
  tree: ProcessTree;
  recorder: Recorder;
  /** Is shown the run's processes whenever they have been looked at. */
  see: (members: ProcessInfo[]) => void;
  /** What an earlier supervisor of the run has done. */
  earlier: Earlier;
  complain: (text: string) => void;
}

export interface SystemWatch {
  /** Ends the watch once the script has been waited for. */
  finish(): UsageTotals;
}

/** How often totals go into the supervisor's own file, in milliseconds: ever more seldom. */
const tellEvery = { first: 2_000, most: 60_000 };

/** Measures what a run's processes use: samples into a journal of their own, totals and GPUs into the supervisor's file. */
export function watchSystem(options: SystemWatchOptions): SystemWatch {
  const { settings, root, keeper, start, tree, recorder, see, earlier, complain } = options;
  const complainOf = (error: unknown) => complain(causeText(error));
  const elapsed = () => Math.round((performance.now() - start.clock) * 1_000);
  const gpus = watchGpus(complainOf);
  const adopted = earlier.started !== null;
  const before = adopted ? lastSample(settings.folder) : undefined;
  const samples = takeSystemSamples({
    journal: openSystemJournal(settings.folder, settings.id, start.wall, complain, before ? before.step + 1 : 0),
    earlier: before,
    machine: watchMachine(),
    gpus,
    elapsed,
  });
  const tellUsage = usageTeller(recorder);
  const tellGpus = () => {
    const found = gpus.found();
    if (found.length === gpusTold) return;
    gpusTold = found.length;
    recorder.write({ kind: 'gpus', t: nowMicros(), gpus: found });
  };
  let gpusTold = 0;
  const usage = watchUsage(
    treeEye(tree, { ...root, keeper, adopted }),
    (look) => {
      tellUsage(look);
      samples.look(look);
      see(look.members);
      tellGpus();
    },
    complainOf,
    earlier.usage,
  );
  return {
    finish() {
      const look = usage.finish();
      samples.finish(look);
      tellGpus();
      gpus.stop();
      return totalsOf(look);
    },
  };
}

function usageTeller(recorder: Recorder): (look: UsageLook) => void {
  let pause = tellEvery.first;
  let told = performance.now();
  return (look) => {
    if (performance.now() - told < pause) return;
    told = performance.now();
    pause = Math.min(pause * 1.3, tellEvery.most);
    recorder.write({ kind: 'usage', t: nowMicros(), ...totalsOf(look) });
  };
}

function totalsOf({ cpuSeconds, peakMemoryBytes, diskReadBytes, diskWrittenBytes }: UsageLook): UsageTotals {
  return { cpuSeconds, peakMemoryBytes, diskReadBytes, diskWrittenBytes };
}

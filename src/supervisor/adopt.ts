import { closeSync } from 'node:fs';
import { causeText } from '../base/fault.ts';
import { readKeeperLog } from '../base/keeper-log.ts';
import { liveness } from '../base/process-identity.ts';
import { nowMicros } from '../base/time.ts';
import { claimRun } from './claim.ts';
import { type Earlier, readEarlier } from './earlier.ts';
import { followFiles } from './follow-files.ts';
import { outcomeOf } from './keep-script.ts';
import { maskOutput } from './mask-output.ts';
import { openOutput, outputFiles } from './output-files.ts';
import { goOnWithQueue, isStillQueued } from './queue.ts';
import type { Recorder } from './recorder.ts';
import { secretsOf } from './script-secrets.ts';
import { type RunSettings, readSettings } from './settings.ts';
import { keepRecords } from './supervise.ts';
import { unknownUsage } from './usage-watch.ts';
import { type Ending, watchScript } from './watch-script.ts';

type Complain = (text: string) => void;

/**
 * Goes on with a run whose supervisor was killed, to its end: follows the script where it lives, and writes down how it ended.
 * Does nothing where there is nothing left to do, or where somebody else does it.
 */
export async function adopt(folder: string, complain: Complain): Promise<void> {
  if (!isAbandoned(readEarlier(folder))) return;
  const release = claimRun(folder);
  if (!release) return;
  try {
    // Whoever had the run before may have come to its end meanwhile.
    const earlier = readEarlier(folder);
    if (!isAbandoned(earlier)) return;
    const settings = readSettings(folder, undefined, 'begun');
    if (isStillQueued(settings)) {
      goOnWithQueue(settings, complain);
      return;
    }
    // From its first record on, others take this process for one that can be told to stop.
    const early = new AbortController();
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => early.abort());
    await keepRecords(settings, complain, (recorder) => {
      return goOn({ settings, earlier, recorder, complain, early: early.signal });
    });
  } finally {
    release();
  }
}

/** Whether a run that has begun has nobody who looks after it, on this machine, and still needs somebody. */
function isAbandoned({ supervisor, exit, unfinished }: Earlier): boolean {
  return supervisor !== null && liveness(supervisor) === 'dead' && (!exit || unfinished);
}

interface Adopted {
  settings: RunSettings;
  earlier: Earlier;
  recorder: Recorder;
  complain: Complain;
  /** Somebody wanted to stop the run before anything could be done about it. */
  early: AbortSignal;
}

async function goOn({ settings, earlier, recorder, complain, early }: Adopted): Promise<Ending> {
  const { started, exit } = earlier;
  recorder.write({ kind: 'warning', t: nowMicros(), code: 'supervisor-replaced', params: {} });
  if (!started) return { exit: neverBegun(), later: [] };
  if (exit) return { exit: null, later: [finishFiles(settings, started.t, exit.t, recorder, complain)] };
  const descriptors = openOutput(settings.folder);
  try {
    const { t, process: identity, keeper } = started;
    const outcome = outcomeOf(settings.folder, { identity, keeper });
    const start = { wall: t, clock: performance.now() - (nowMicros() - t) / 1_000 };
    const until = readKeeperLog(settings.folder)?.end?.time;
    return await watchScript(
      { identity, keeper, outcome },
      {
        ...{ settings, recorder, descriptors, start, earlier, warned: earlier.warnings, early, complain },
        ...(until !== undefined && { until }),
      },
    );
  } finally {
    closeSync(descriptors.stdout);
    closeSync(descriptors.stderr);
  }
}

function neverBegun(): Ending['exit'] {
  const error = { code: 'ECANCELED', message: 'Its supervisor was killed before it could start anything.' };
  const nothing = { code: null, signal: null, stopped: false };
  return { kind: 'exit', t: nowMicros(), error, ...nothing, ...unknownUsage };
}

/** Does what the supervisor was about when it was killed after the end of the script. */
async function finishFiles(
  settings: RunSettings,
  since: number,
  until: number,
  recorder: Recorder,
  complain: Complain,
): Promise<void> {
  const mask = maskOutput(outputFiles(settings.folder), secretsOf(settings), complain);
  const files = followFiles(
    { settings, since, until },
    (record) => recorder.write(record),
    (error) => complain(causeText(error)),
  );
  process.on('SIGTERM', files.giveUp);
  process.on('SIGINT', files.giveUp);
  await Promise.all([mask.finish().then(({ whole }) => whole), files.finish(Number.POSITIVE_INFINITY)]);
}

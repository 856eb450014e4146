import { join } from 'node:path';
import process from 'node:process';
import { causeText } from '../base/fault.ts';
import { followTree } from '../base/process-tree.ts';
import { stopPatience, stopTree } from '../base/stop-tree.ts';
import { type Micros, nowMicros } from '../base/time.ts';
import type { SupervisorRecord } from '../contract/supervisor-record.ts';
import { openControl } from './control.ts';
import { type Earlier, nothingEarlier } from './earlier.ts';
import { recordEnvironment } from './environment/record-environment.ts';
import { followEventFiles } from './follow-event-files.ts';
import { followFiles } from './follow-files.ts';
import { maskOutput } from './mask-output.ts';
import { outputFiles } from './output-files.ts';
import { watchOutput } from './output-watch.ts';
import { goOnWithQueue } from './queue.ts';
import type { Recorder } from './recorder.ts';
import type { Descriptors, ScriptProcess } from './script-process.ts';
import { secretsOf } from './script-secrets.ts';
import type { RunSettings } from './settings.ts';
import { watchSystem } from './system-watch.ts';
import { watchUnhookedPythons } from './unhooked-pythons.ts';

export type ExitRecord = SupervisorRecord & { kind: 'exit' };

export interface Ending {
  /** Null where it is written down already. */
  exit: ExitRecord | null;
  /** What takes longer than anybody waits for, and goes on after the end of the run. Never rejected. */
  later: Promise<void>[];
}

export interface WatchOptions {
  settings: RunSettings;
  recorder: Recorder;
  descriptors: Descriptors;
  /** When the script was started: by the wall clock, and by `performance.now`. */
  start: { wall: Micros; clock: number };
  /** Codes of the warnings that the run has already. */
  warned: ReadonlySet<string>;
  /** What an earlier supervisor of the run has done. */
  earlier?: Earlier;
  /** Somebody wanted to stop the run before it was watched. */
  early?: AbortSignal;
  /** When the script ended, where it has already. */
  until?: Micros;
  complain: (text: string) => void;
}

/** Milliseconds for which the end of a run waits for the hashes of its files. */
const filesPatience = 250;

/** Watches a script until it has ended, and stops it when somebody wants that. */
export async function watchScript(script: ScriptProcess, options: WatchOptions): Promise<Ending> {
  const { settings, recorder, descriptors, start, warned, earlier = nothingEarlier, early, until, complain } = options;
  const { identity, keeper } = script;
  const tellOf = (error: unknown) => complain(causeText(error));
  const write = (record: SupervisorRecord) => recorder.write(record);

  const tree = followTree(identity.pid, identity.procStart, { mark: `TRAINYARD_RUN=${settings.id}` });
  const output = watchOutput(descriptors, (sizes) => write({ kind: 'output', t: nowMicros(), ...sizes }));
  const environment = earlier.environment
    ? Promise.resolve()
    : recordEnvironment(settings, import.meta.dirname, write).catch(tellOf);
  const mask = maskOutput(
    outputFiles(settings.folder),
    secretsOf(settings, earlier === nothingEarlier ? undefined : identity.pid),
    complain,
  );
  const pythons = watchUnhookedPythons(settings.folder, join(import.meta.dirname, 'python', 'hook'));
  const system = watchSystem({
    ...{ settings, root: identity, keeper, start, tree, recorder, earlier, complain },
    see: pythons.see,
  });
  const events = followEventFiles(
    { settings, root: identity.pid, since: start.wall, tree, kept: earlier.events },
    write,
    tellOf,
  );
  const files = followFiles({ settings, since: start.wall, until }, write, tellOf);
  let stopping: Promise<boolean> | undefined;
  const stop = () => {
    stopping ??= stopTree(tree, {
      patience: stopPatience(process.env),
      onSignal: (signal) => write({ kind: 'stopping', t: nowMicros(), signal }),
    });
    stopping.catch(tellOf);
  };
  if (earlier.stopping || early?.aborted) stop();
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  const control = openControl({ run: settings.id, stop, stopping: () => stopping !== undefined, complain: tellOf });

  const { code, signal, unseen } = await script.outcome;
  goOnWithQueue(settings, complain);
  const asked = stopping;
  if (asked && !(await asked)) complain('Processes of the run are still there after SIGKILL.');
  control.close();
  output.finish();
  const masking = mask.finish();
  const end = {
    kind: 'exit',
    t: until ?? nowMicros(),
    code,
    signal,
    stopped: asked !== undefined,
    error: null,
  } as const;
  const usage = system.finish();
  const flag = pythons.reason();
  if (flag !== undefined && !warned.has('no-hook')) {
    write({ kind: 'warning', t: nowMicros(), code: 'no-hook', params: { flag } });
  }
  await Promise.all([events.finish(), files.finish(filesPatience), soon(environment)]);
  process.on('SIGTERM', files.giveUp);
  process.on('SIGINT', files.giveUp);
  const exit = { ...end, ...(unseen && { unseen }), ...usage };
  return { exit, later: [(await masking).whole, files.done(), environment] };
}

/** How long the end of a run waits for what is nearly done, in milliseconds. */
const courtesy = 250;

async function soon(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, courtesy);
  });
  await Promise.race([work, enough]);
  clearTimeout(timer);
}

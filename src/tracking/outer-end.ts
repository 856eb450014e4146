import type { ProcessIdentity } from '../base/identity.ts';
import { isId } from '../base/ids.ts';
import { type KeptEnd, readKeeperLog } from '../base/keeper-log.ts';
import { readRunFile, runFolder } from './run-folder.ts';
import type { Liveness } from './run-status.ts';
import { readSupervisorRecords } from './supervisor-file.ts';

/** What the run around a run says of the process that both are about. */
export type OuterEnd = { goesOn: true } | ({ goesOn: false; stopped: boolean } & KeptEnd);

/** A run inside a run inside a run… */
const deepest = 20;

/**
 * How the process ended in which a run was opened, from the run around it whose script the same process is. Read from the files,
 * because the outer run may not be in the index yet.
 *
 * @returns undefined where nobody saw it, or where it was another process
 */
export function outerEnd(
  store: string,
  parent: string,
  process: ProcessIdentity,
  liveness: Liveness,
): OuterEnd | undefined {
  let id: string | null | undefined = parent;
  for (let level = 0; level < deepest && id && isId(id); level++) {
    const directory: string = runFolder(store, id);
    const records = readSupervisorRecords(directory);
    const started = records.findLast((record) => record.kind === 'started');
    if (!started) {
      const read = readRunFile(store, id);
      id = 'asked' in read ? read.asked.parent : undefined;
      continue;
    }
    if (!isSame(started.process, process)) return undefined;
    const exit = records.find((record) => record.kind === 'exit');
    if (exit?.unseen && !exit.stopped) return undefined;
    if (exit) return { goesOn: false, code: exit.code, signal: exit.signal, stopped: exit.stopped, time: exit.t };
    const kept = readKeeperLog(directory)?.end;
    if (kept) return { goesOn: false, stopped: records.some((record) => record.kind === 'stopping'), ...kept };
    const supervisor = records.findLast((record) => record.kind === 'open')?.supervisor;
    const witnesses = [supervisor, started.keeper].filter((one) => one !== undefined);
    return witnesses.some((one) => liveness(one) === 'alive') ? { goesOn: true } : undefined;
  }
  return undefined;
}

function isSame(a: ProcessIdentity, b: ProcessIdentity): boolean {
  return (
    a.pid === b.pid && a.host === b.host && a.boot === b.boot && a.procStart === b.procStart && a.procStart !== null
  );
}

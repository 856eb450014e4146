import { runFolder } from '../run-folder.ts';
import { checkEntry, listEntries } from './entry.ts';
import { isPaused, readJobs } from './limits.ts';
import { queuePlaces } from './places.ts';
import { mayStartMore } from './queue-state.ts';
import { entryFile } from './rank.ts';
import { claim, putBack, settle } from './settle.ts';
import { type Slot, slotHolders, takeSlot } from './slots.ts';
import { sentence, startClaimed } from './start-claimed.ts';
import { finishAllTaken, writeEnd } from './take-out.ts';

/** How often a supervisor may end without a word before its run has failed. */
const mostStarts = 3;

/**
 * Starts what may be started of a queue, until every place is taken or nothing waits any more. Any number of processes may do so
 * at once, and each may end at any moment: the next one goes on.
 *
 * @param tools the folder with the supervisor
 */
export async function goOn(store: string, tools: string): Promise<void> {
  finishAllTaken(store);
  const starts = new Map<string, number>();
  while (true) {
    const jobs = readJobs(store);
    const slot = takeSlot(store, jobs);
    if (!slot) return;
    let isHandedOver = false;
    try {
      if (slot.inherited) {
        settle(store, slot.inherited);
        continue;
      }
      settleForgotten(store, slot);
      if (slot.number <= jobs && !isPaused(store)) isHandedOver = await startNext(store, slot, tools, starts);
    } finally {
      if (!isHandedOver) slot.release();
    }
    // Who has queued something since then found the place taken.
    if (!isHandedOver && !mayStartMore(store)) return;
  }
}

/** Gives the place to the first that can be started. False where there is none. */
async function startNext(store: string, slot: Slot, tools: string, starts: Map<string, number>): Promise<boolean> {
  const { waiting, claimed } = queuePlaces(store);
  for (const name of listEntries(waiting).entries) {
    const { run } = name;
    if ('problem' in checkEntry(store, waiting, name)) continue;
    slot.name(run);
    const own = claim(store, name);
    if (!own) continue;
    const checked = checkEntry(store, claimed, own);
    if ('problem' in checked) {
      putBack(store, claimed, own);
      continue;
    }
    try {
      if (await startClaimed(store, { ...checked, claim: entryFile(own) }, tools)) {
        slot.handOver(run);
        return true;
      }
    } catch (error) {
      const failures = (starts.get(run) ?? 0) + 1;
      starts.set(run, failures);
      if (failures === mostStarts)
        writeEnd(runFolder(store, run), { stopped: false, error: { code: 'start-failed', message: sentence(error) } });
    }
    settle(store, run);
    if (isPaused(store)) break;
  }
  return false;
}

/** What was claimed and is named by no slot any more, because somebody removed the slots. */
function settleForgotten(store: string, slot: Slot): void {
  const { claimed, started } = queuePlaces(store);
  const forgotten = [claimed, started].flatMap((folder) => listEntries(folder).entries);
  const named = (run: string) => slotHolders(store).filter((holder) => holder.run === run).length;
  for (const { run } of forgotten.filter((entry) => named(entry.run) === 0)) {
    slot.name(run);
    // Of two that find it at once, neither does it now.
    if (named(run) === 1) settle(store, run);
    slot.name(null);
  }
}

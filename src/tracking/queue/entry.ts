import { existsSync, realpathSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { causeText, systemCode } from '../../base/fault.ts';
import { writeWhole } from '../../base/files.ts';
import { parseJson } from '../../base/json.ts';
import { readIfRegular } from '../../base/regular-file.ts';
import { userName } from '../../base/user-name.ts';
import { type QueueEntry, type QueueProblem, queueEntry } from '../../contract/queue.ts';
import type { RunFile } from '../../contract/run-file.ts';
import type { WarningCode } from '../../contract/warnings.ts';
import { hasOwnMark, makeMark } from '../mark.ts';
import { listFolder, readRunFile, runFolder } from '../run-folder.ts';
import { readSupervisorRecords } from '../supervisor-file.ts';
import { keptStartFile, queuePlaces } from './places.ts';
import { byRank, type EntryName, entryFile, parseEntryFile } from './rank.ts';

/** What is told of a run that waits, without its mark. */
export type EntryFacts = Pick<QueueEntry, 'run' | 'added' | 'retries'>;

/** Puts a run among those that wait. From then on it may be started, by anybody who comes. */
export function writeEntry(store: string, folder: string, rank: string, facts: EntryFacts): void {
  const entry = {
    kind: 'queue-entry' as const,
    version: 1 as const,
    ...facts,
    host: hostname(),
    user: userName(),
    store: realpathSync(store),
  };
  const text = `${JSON.stringify({ ...entry, mark: makeMark(entry) })}\n`;
  writeWhole(join(folder, entryFile({ rank, run: facts.run })), text);
}

/** The entries that lie in a folder of the queue, in their order, and what else lies there. */
export function listEntries(folder: string): { entries: EntryName[]; others: string[] } {
  const names = listFolder(folder).map(({ name }) => name);
  const entries = names.flatMap((name) => parseEntryFile(name) ?? []).sort(byRank);
  const others = names.filter((name) => !parseEntryFile(name) && !isDraft(name)).sort();
  return { entries, others };
}

/** What `writeWhole` writes before it is whole. */
const isDraft = (name: string) => /\.\d+-[0-9a-f]{8}\.tmp$/.test(name);

const longestEntry = 64 * 1024;

export type CheckedEntry = { asked: RunFile; entry: QueueEntry } | { problem: QueueProblem; entry?: QueueEntry };

/**
 * Whether an entry may be started here and now, by this user: only what carries this user's own mark, was queued on this machine for
 * the store that lies here, and has not been started before.
 */
export function checkEntry(store: string, folder: string, name: EntryName): CheckedEntry {
  const file = entryFile(name);
  const read = readEntry(join(folder, file));
  if ('problem' in read) return { problem: problem('queued-unreadable', { file: `queue/${file}`, ...read }) };
  const { entry } = read;
  if (entry.run !== name.run) return { problem: problem('queued-changed', { file: `queue/${file}` }) };
  const refused = refusal(store, entry, `queue/${file}`);
  if (refused) return { entry, problem: refused };
  const run = readRunFile(store, entry.run);
  if ('problem' in run) return { entry, problem: problem('queued-without-run', { run: entry.run }) };
  if (!hasOwnMark(run.asked))
    return { entry, problem: problem('queued-changed', { file: `runs/${entry.run}/run.json` }) };
  if (!existsSync(keptStartFile(entry.run)) || isStartedElsewhere(store, folder, name))
    return { entry, problem: problem('queued-spent', { run: entry.run }) };
  return { entry, asked: run.asked };
}

/** Whether another entry stands for the same run, because somebody copied it, or the run is over. */
function isStartedElsewhere(store: string, folder: string, { run }: EntryName): boolean {
  const { claimed, started } = queuePlaces(store);
  const others = [claimed, started].flatMap((place) => listEntries(place).entries.filter((other) => other.run === run));
  if (others.length > (folder === claimed || folder === started ? 1 : 0)) return true;
  return folder !== started && readSupervisorRecords(runFolder(store, run)).some(({ kind }) => kind === 'exit');
}

/** Whether an entry is this user's own, made for this machine: nobody else's leads to anything being written or started. */
export function isOwnEntry(folder: string, name: EntryName): boolean {
  const read = readEntry(join(folder, entryFile(name)));
  return 'entry' in read && read.entry.run === name.run && read.entry.host === hostname() && hasOwnMark(read.entry);
}

function refusal(store: string, entry: QueueEntry, file: string): QueueProblem | undefined {
  const { host, user } = entry;
  if (host !== hostname()) return problem('queued-elsewhere', { host });
  if (!hasOwnMark(entry)) {
    if (user !== userName()) return problem('queued-by-another', { user });
    return problem('queued-changed', { file });
  }
  if (entry.store !== realpathSync(store)) return problem('queued-moved', { folder: entry.store });
  return undefined;
}

function readEntry(path: string): { entry: QueueEntry } | { problem: string } {
  try {
    const text = readIfRegular(path, longestEntry)?.toString('utf8');
    if (text === undefined) return { problem: 'it is no file' };
    const parsed = queueEntry.safeParse(parseJson(text));
    if (parsed.success) return { entry: parsed.data };
    const [issue] = parsed.error.issues;
    return { problem: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'wrong'}` };
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return { problem: causeText(error) };
  }
}

function problem(code: WarningCode, params: QueueProblem['params']): QueueProblem {
  return { code, params };
}

/** Where a run's entry lies; undefined where it has none, as when it has ended. */
export function findEntry(folder: string, run: string): EntryName | undefined {
  return listEntries(folder).entries.find((entry) => entry.run === run);
}

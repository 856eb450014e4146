import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { cpuUsage } from 'node:process';
import { pathInside } from '../base/files.ts';
import { type Micros, nowMicros } from '../base/time.ts';
import { savedModelFile } from '../contract/file-formats.ts';
import type { SupervisorRecord } from '../contract/supervisor-record.ts';
import { type FileRecord, fileExaminer } from './examine-file.ts';
import { type BookEntry, type FileBook, fileBook, mayFold, tickMicros } from './file-book.ts';
import { findOutputs } from './find-outputs.ts';
import { usualLimits } from './hash-file.ts';
import { keepOutputs } from './keep-outputs.ts';
import { launcherOutputs } from './launcher-outputs.ts';
import { lookAtFile } from './look-at-file.ts';
import { makePace } from './pace.ts';
import type { RunSettings } from './settings.ts';
import { toldFiles } from './told-files.ts';

export interface FileFollower {
  /** Does what is left to do when the script has ended, or as much of it as `milliseconds` allow; `done` waits for the rest. */
  finish(milliseconds: number): Promise<void>;
  done(): Promise<void>;
  /** Gives up what is left. */
  giveUp(): void;
}

/** Often at first, because many scripts end soon. */
const pauses = [60, 100, 150, 250, 400, 600, 1_000];
/** Looking for news may take this share of one core in the long run; hashing has its own pace. */
const mostEffort = 0.003;
const longestPause = 10_000;
/** An output is told of while the run goes on when it has been there for so long: it is not a temporary one. */
const settledMicros = 2_000_000;
/** What takes longer to hash is told of before. */
const quickBytes = 1 << 20;
/** After the end of the script. */
const mostPatience = 1_800_000;

/**
 * Follows what goes into a run and what comes out of it.
 *
 * @param until where the script has ended already: what came into its folder later is not its own
 */
export function followFiles(
  { settings, since, until }: { settings: RunSettings; since: Micros; until?: Micros | undefined },
  tell: (record: SupervisorRecord) => void,
  complain: (error: unknown) => void,
): FileFollower {
  const giving = new AbortController();
  const pace = makePace(giving.signal);
  const told = toldFiles(settings.folder);
  const examiner = fileExaminer(dirname(settings.store), since, usualLimits(), pace);
  const printed = launcherOutputs();
  const recorded = new Map<BookEntry, FileRecord>();
  /** Told of once, and not looked at yet. */
  const waiting = new Set<BookEntry>();
  const busy = new Set<BookEntry>();
  let opened: Promise<{ cwd: string; book: FileBook }> | undefined;
  let listening: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> = Promise.resolve();
  let work: Promise<void> = Promise.resolve();
  let ended = false;

  const open = () => {
    opened ??= realpath(settings.cwd)
      .catch(() => settings.cwd)
      .then((cwd) => ({ cwd, book: fileBook({ cwd, since }) }));
    return opened;
  };

  const say = (entry: BookEntry, record: FileRecord) => {
    recorded.set(entry, record);
    tell(record);
  };

  /** Answers what was told of before. Of what is told now, another process may say something more that comes a little later. */
  const listen = async () => {
    const news = await told.read();
    const { book } = await open();
    const due = [...waiting];
    waiting.clear();
    for (const one of news) book.tell(one);
    for (const entry of book.fresh()) waiting.add(entry);
    return due;
  };
  const listenInTurn = () => {
    const turn = listening.then(listen);
    listening = turn.catch(() => undefined);
    return turn;
  };

  const examine = async (entry: BookEntry) => {
    busy.add(entry);
    const record = await examiner.examine(entry);
    busy.delete(entry);
    if ((await open()).book.holds(entry)) say(entry, record);
    return record;
  };

  /** What the run itself has made in its folder is left for the end: most likely it is an output. */
  const lookAtInput = async (entry: BookEntry) => {
    const { book, cwd } = await open();
    const look = await lookAtFile(entry.path);
    if (look.kind === 'folder' && !entry.folder) return book.fold(entry);
    const isMadeHere = look.kind === 'file' && look.made >= since - tickMicros;
    if (isMadeHere && pathInside(cwd, entry.path) !== undefined) return;
    if (look.kind === 'folder' || (look.kind === 'file' && look.bytes > quickBytes)) {
      say(entry, await examiner.glance(entry));
    }
    await examine(entry);
  };

  const lookAtOutput = async (entry: BookEntry) => {
    const record = await examiner.glance(entry);
    if (record.problem !== 'gone') say(entry, record);
  };

  const look = async () => {
    for (const entry of await listenInTurn()) {
      if (ended) return;
      if (!(await open()).book.holds(entry)) continue;
      if (entry.access === 'read') await lookAtInput(entry);
      else if (nowMicros() - entry.time >= settledMicros) await lookAtOutput(entry);
      else waiting.add(entry);
    }
  };

  const go = (turn: number, pause: number) => {
    timer = setTimeout(() => {
      const before = cpuUsage();
      round = look()
        .catch(unlessGivenUp(complain))
        .then(() => {
          const { user, system } = cpuUsage(before);
          const effort = Math.min((user + system) / 1_000 / mostEffort, longestPause);
          if (!ended) go(turn + 1, pauses[turn] ?? Math.max(pauses.at(-1) as number, effort));
        });
    }, pause);
  };
  go(1, pauses[0] as number);

  const findMore = async () => {
    const { book, cwd } = await open();
    const { found, cut } = await findOutputs(cwd, settings, { since, until }, printed, pace);
    for (const { path, modified, isNew } of found) {
      const input = book.get('read', path);
      if (input && isNew) book.drop(input);
      // It was changed before it was read, by somebody else.
      if (!input || isNew || input.seen?.modified !== modified) book.find(path, modified);
    }
    for (const entry of book.entries('write')) {
      const folder = dirname(entry.path);
      if (basename(entry.path) === savedModelFile && mayFold(folder, cwd)) {
        book.fold({ ...entry, what: 'model', format: 'saved-model' }, folder);
      }
    }
    if (cut) warn('outputs-cut', { folder: settings.cwd });
    const count = book.leftOut();
    if (count > 0) warn('files-left-out', { count });
  };

  const warn = (code: string, params: Record<string, string | number>) =>
    tell({ kind: 'warning', t: nowMicros(), code, params });

  /** Everything that is not hashed yet, small files first; folders when all else is done. */
  const leftToHash = async () => {
    const { book } = await open();
    const sized: { entry: BookEntry; bytes: number }[] = [];
    for (const entry of [...book.entries('read'), ...book.entries('write')]) {
      const look = await lookAtFile(entry.path);
      if (look.kind === 'folder' && !entry.folder) book.fold(entry);
      sized.push({ entry, bytes: look.kind === 'file' ? look.bytes : Number.MAX_SAFE_INTEGER });
    }
    for (const entry of book.fresh()) if (entry.folder) sized.push({ entry, bytes: Number.MAX_SAFE_INTEGER });
    return [...new Map(sized.map(({ entry, bytes }) => [entry, bytes]))]
      .filter(([entry]) => book.holds(entry) && !busy.has(entry))
      .sort(([, a], [, b]) => a - b)
      .map(([entry]) => entry);
  };

  const finishEntry = async (entry: BookEntry, book: FileBook) => {
    const before = recorded.get(entry);
    if (entry.access === 'read' && before && (before.sha256 !== null || before.problem !== null || before.changed)) {
      const after = await examiner.lookAgain(entry, before);
      if (after) say(entry, after);
      return;
    }
    const record = await examiner.examine(entry);
    if (entry.access === 'write' && record.problem === 'gone') {
      book.drop(entry);
      if (before) tell(record);
    } else {
      say(entry, record);
    }
  };

  const finishAll = async () => {
    await listenInTurn();
    await listenInTurn();
    await findMore();
    const { book, cwd } = await open();
    for (const entry of await leftToHash()) {
      // The run may have been deleted meanwhile.
      if (!existsSync(settings.folder)) return giving.abort();
      await finishEntry(entry, book);
    }
    const outputs = book.entries('write').flatMap((entry) => {
      const record = recorded.get(entry);
      return record ? [{ entry, record }] : [];
    });
    await keepOutputs(outputs, { cwd, runFolder: settings.folder, pace, say, warn });
  };

  /** What is not hashed yet is told of all the same. */
  const tellRest = async () => {
    const { book } = await open();
    for (const entry of [...book.entries('read'), ...book.entries('write')]) {
      if (recorded.has(entry)) continue;
      const record = await examiner.glance(entry);
      if (!recorded.has(entry) && (entry.access === 'read' || record.problem !== 'gone')) say(entry, record);
    }
  };

  return {
    async finish(milliseconds) {
      ended = true;
      clearTimeout(timer);
      pace.hurry();
      work = Promise.all([round, finishAll().catch(unlessGivenUp(complain))]).then(() => undefined);
      const isDone = await isDoneIn(work, (milliseconds * 2) / 3);
      if (!isDone) await isDoneIn(tellRest().catch(unlessGivenUp(complain)), milliseconds / 3);
    },
    async done() {
      const patience = setTimeout(() => giving.abort(), mostPatience);
      await work;
      clearTimeout(patience);
    },
    giveUp: () => giving.abort(),
  };
}

async function isDoneIn(work: Promise<void>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  const isDone = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return isDone;
}

/** To give up is no trouble to tell of. */
function unlessGivenUp(complain: (error: unknown) => void): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof DOMException && error.name === 'AbortError')) complain(error);
  };
}

import { lstat, readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import { cpuUsage, platform } from 'node:process';
import { causeText } from '../base/fault.ts';
import type { ProcessTree } from '../base/process-tree.ts';
import { type Micros, nowMicros } from '../base/time.ts';
import type { SupervisorRecord } from '../contract/supervisor-record.ts';
import { type EventFileName, readEventFileName } from './event-file-name.ts';
import { eventPrefixes } from './event-prefix.ts';
import { folderOfProcess, openEventFiles, walkForEventFiles } from './find-event-files.ts';
import { eventFileKeeper, type KeptEventFile } from './keep-event-files.ts';
import type { RunSettings } from './settings.ts';

export interface EventFileFollower {
  /** Looks once more, when the script has ended. */
  finish(): Promise<void>;
}

interface Followed {
  settings: RunSettings;
  /** The pid of the script. */
  root: number;
  since: Micros;
  tree: ProcessTree;
  /** What an earlier supervisor of the run has kept. */
  kept: readonly KeptEventFile[];
}

type EventsRecord = SupervisorRecord & { kind: 'events' };

/** Often at first, because many scripts end soon. */
const pauses = [80, 200, 400, 800, 1_500];
/** Looking for files may take this share of one core in the long run. */
const mostEffort = 0.005;
const walkEvery = 1_000;
const firstWalk = 400;
/** A file system tells times as of its last tick. */
const tickMicros = 20_000;
const walk = { entries: 20_000, depth: 8, milliseconds: 1_000 };
/** The end of a run waits for it. */
const lastWalk = { ...walk, milliseconds: 300 };
const mostFolders = 500;
const mostArguments = 100;

/**
 * Finds the event files that the processes of a run write, and keeps them in the run's folder: on Linux those that they have
 * open, everywhere those that appear in the folders where they work. What was there before the run is left alone.
 *
 * @param since when the script was started
 */
export function followEventFiles(
  { settings, root, since, tree, kept }: Followed,
  record: (record: EventsRecord) => void,
  tell: (error: unknown) => void,
): EventFileFollower {
  const host = hostname();
  const pids = new Set([root]);
  const folders = new Set([settings.cwd, ...placesNamed(settings)]);
  const keeper = eventFileKeeper(settings.folder, kept);
  const prefixOf = eventPrefixes();
  const complain = eachOnce(tell);
  let walked = performance.now() - walkEvery + firstWalk;
  let ended = false;
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> = Promise.resolve();

  const isOurs = ({ seconds, elsewhere, pid }: EventFileName, changed: Micros) => {
    if (changed < since - tickMicros || seconds === null || seconds < Math.floor(since / 1e6)) return false;
    return elsewhere || pid === null || pids.has(pid);
  };

  const take = async (path: string, isOpen: boolean) => {
    const found = await lstat(path).catch(() => undefined);
    if (!found?.isFile() || keeper.has(found)) return;
    if (!isOpen && !isOurs(readEventFileName(basename(path), host), found.mtimeMs * 1_000)) return;
    const folder = dirname(path);
    if (folders.size < mostFolders) folders.add(folder);
    const prefix = prefixOf(folder);
    const tellFile = (file: string) => record({ kind: 'events', t: nowMicros(), file, source: path, prefix });
    await keeper.keep(path, tellFile).catch(complain);
  };

  const lookAtProcesses = async () => {
    const alive = (await tree.look()).map(({ pid }) => pid);
    for (const pid of alive) pids.add(pid);
    if (platform !== 'linux') return;
    for (const path of byFolder(alive.flatMap(openEventFiles))) await take(path, true);
    for (const folder of alive.map(folderOfProcess)) if (folder && folders.size < mostFolders) folders.add(folder);
  };

  const lookInFolders = async (limits: typeof walk) => {
    for (const pid of await journalPids(settings.folder)) pids.add(pid);
    for (const path of byFolder(await walkForEventFiles([...folders], settings.store, limits))) await take(path, false);
  };

  const lookAround = async (isWalk: boolean) => {
    if (isWalk || platform === 'linux') await lookAtProcesses();
    if (isWalk) await lookInFolders(walk);
    await keeper.copyOn();
  };

  const lookOnceMore = async () => {
    await lookInFolders(lastWalk);
    await keeper.copyOn();
  };

  const go = (turn: number, pause: number) => {
    timer = setTimeout(() => {
      const before = cpuUsage();
      const isWalk = performance.now() - walked > walkEvery;
      if (isWalk) walked = performance.now();
      round = lookAround(isWalk)
        .catch(complain)
        .then(() => {
          const { user, system } = cpuUsage(before);
          const effort = (user + system) / 1_000;
          if (!ended) go(turn + 1, Math.max(pauses[turn] ?? (pauses.at(-1) as number), effort / mostEffort));
        });
    }, pause);
  };
  go(1, pauses[0] as number);

  return {
    async finish() {
      ended = true;
      clearTimeout(timer);
      await round;
      await lookOnceMore().catch(complain);
    },
  };
}

/** The same trouble comes again with every look. */
function eachOnce(tell: (error: unknown) => void): (error: unknown) => void {
  const told = new Set<string>();
  return (error) => {
    const text = causeText(error);
    if (told.has(text)) return;
    told.add(text);
    tell(error);
  };
}

/** Folders above others first, so that the run's own one is seen before its parts. */
function byFolder(paths: string[]): string[] {
  const depth = (path: string) => path.split(/[\\/]/).length;
  return paths.sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1));
}

/** Where the command's arguments may lead, as `--logdir runs/a` does; a script often makes the folder only later. */
function placesNamed({ command, cwd }: RunSettings): string[] {
  return command
    .slice(1, mostArguments)
    .map((argument) => (argument.startsWith('-') ? argument.slice(argument.indexOf('=') + 1) : argument))
    .filter((argument) => argument !== '' && !argument.startsWith('-'))
    .map((argument) => resolve(cwd, argument))
    .filter((path) => path !== '/');
}

/** The processes that have written a journal of this run. */
async function journalPids(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  return names.flatMap((name) => {
    const pid = /^journal-.*-(\d+)-\d+\.jsonl$/.exec(name)?.[1];
    return pid === undefined ? [] : [Number(pid)];
  });
}

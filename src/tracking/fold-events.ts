import { exactJson } from '../base/json.ts';
import { maskValue } from '../contract/secrets.ts';
import {
  type Database,
  putMedia,
  putParam,
  putPlugin,
  putWarning,
  type RunFileRow,
  type RunRow,
  readPlugins,
  updateFile,
  wholeMicros,
} from '../store/index.ts';
import { checkOf } from './append-only.ts';
import { type EventItem, type EventSlice, theEventFileReader } from './event-file-reader.ts';
import type { FileMemory } from './file-memory.ts';
import { foldPoints } from './fold-points.ts';
import { addPoint, type GrowingPoints, noPoints } from './growing-points.ts';

/** What is kept of an event file with its row. */
export interface EventFacts {
  /** How many values of each kind that is not read. */
  skipped?: Record<string, number>;
  /** The last stretch that could not be read, which may go on. */
  torn?: { start: number; end: number };
  /** How many slices were read for little. */
  slow?: number;
}

const sliceBytes = 128 * 1024;
const damageBytes = 1024 * 1024;

interface EventFold {
  db: Database;
  run: RunRow;
  file: RunFileRow;
  facts: EventFacts;
  metrics: Map<string, GrowingPoints>;
  prefix: string;
}

/**
 * Folds the next slice of an event file into the index; answers whether there may be more of it.
 *
 * @param prefix what the names of its metrics begin with
 */
export function foldEvents(
  db: Database,
  run: RunRow,
  file: RunFileRow,
  path: string,
  prefix: string,
  memory: FileMemory,
): boolean {
  const plugins = readPlugins(db, file.key);
  const known = plugins.size;
  const facts = JSON.parse(file.facts) as EventFacts;
  const isInDamage = facts.torn !== undefined && facts.torn.end === file.offset;
  const bytes = isInDamage ? damageBytes : sliceBytes;
  const slice = theEventFileReader().read(path, file.offset, bytes, plugins);
  for (const [tag, plugin] of [...plugins].slice(known)) putPlugin(db, file.key, tag, plugin);
  const fold: EventFold = { db, run, file, facts, metrics: new Map(), prefix };
  let unknown = 0;
  for (const { start, items } of slice.events) {
    let media = 0;
    for (const item of items) {
      foldItem(fold, item, slice.offset + start, media);
      if (item.kind === 'media') media++;
      if (item.kind === 'skipped') unknown++;
    }
  }
  foldPoints(db, file, 'logged', fold.metrics, memory);
  if (slice.torn.length > 0 && slice.consumed * 64 < slice.read) facts.slow = (facts.slow ?? 0) + 1;
  if ((facts.slow ?? 0) > mostSlow || hasOnlyDamage(facts, slice)) giveUp(slice);
  tellTorn(fold, slice, path);
  file.offset = slice.offset + slice.consumed;
  file.size = slice.seen;
  file.facts = exactJson({ skipped: facts.skipped, torn: facts.torn, slow: facts.slow });
  updateFile(db, file, unknown);
  return slice.consumed > 0;
}

function foldItem(fold: EventFold, item: EventItem, offset: number, number: number): void {
  const { db, run, file, facts, prefix } = fold;
  if (item.kind === 'skipped') {
    facts.skipped = { ...facts.skipped, [item.what]: (facts.skipped?.[item.what] ?? 0) + 1 };
    return;
  }
  const time = wholeMicros(item.time);
  file.last_time = Math.max(file.last_time ?? 0, time);
  switch (item.kind) {
    case 'scalar': {
      addPoint(pointsOf(fold, prefix + item.tag), item.step, time, item.value);
      break;
    }
    case 'media':
      putMedia(db, run.key, item.media, prefix + item.tag, {
        step: item.step,
        time,
        file: file.key,
        offset,
        item: number,
      });
      break;
    case 'params': {
      // Before everything that a journal says: what the script itself said of its parameters counts.
      const place = { time: time - Number.MAX_SAFE_INTEGER, file: file.name, offset };
      for (const [name, value] of Object.entries(item.values))
        putParam(db, run.key, name, maskValue(name, value), place);
    }
  }
}

function pointsOf({ metrics }: EventFold, name: string): GrowingPoints {
  const known = metrics.get(name);
  if (known) return known;
  const made = noPoints();
  metrics.set(name, made);
  return made;
}

/** A file in which record upon record claims what follows is no damage that happens by itself: the rest of it is left. */
const mostSlow = 50;

const mostDamage = 2 ** 26;

function hasOnlyDamage({ torn }: EventFacts, { offset, events }: EventSlice): boolean {
  return events.length === 0 && torn !== undefined && torn.end === offset && torn.end - torn.start > mostDamage;
}

function giveUp(slice: EventSlice): void {
  slice.torn.push({ start: slice.consumed, end: slice.size - slice.offset });
  slice.consumed = slice.size - slice.offset;
  slice.seen = slice.size;
}

/** One stretch of damage is told of once, however many slices it goes through. */
function tellTorn({ db, run, file, facts }: EventFold, slice: EventSlice, path: string): void {
  for (const stretch of slice.torn) {
    const [start, end] = [slice.offset + stretch.start, slice.offset + stretch.end];
    facts.torn = facts.torn?.end === start ? { start: facts.torn.start, end } : { start, end };
    const bytes = end - facts.torn.start;
    const check = checkOf(path, facts.torn.start, bytes) ?? null;
    const params = { file: `runs/${run.id}/${file.name}`, bytes, offset: facts.torn.start, check };
    const place = { time: run.created, file: file.name, offset: facts.torn.start };
    putWarning(db, run.key, 'journal-damaged', params, place);
  }
}

import type { Database } from './driver.ts';

/** Pages that are given back at a time; the work takes some milliseconds. */
const pagesAtOnce = 256;

/** The share of an index, and the bytes, from which on it is worth it to give back what removed rows have left. */
const worthShare = 0.25;
const worthBytes = 1024 * 1024;

interface Room {
  free: number;
  pages: number;
  pageBytes: number;
}

/** Whether so much of the index is empty that it should be given back. */
export function hasRoomToSpare(db: Database): boolean {
  const { free, pages, pageBytes } = room(db);
  return free * pageBytes >= worthBytes && free >= pages * worthShare;
}

/** Gives the space of removed rows back to the file system, some of it in each step. Every step is a transaction of its own. */
export function* shrink(db: Database): Generator<void> {
  for (let before = room(db).free; before > 0; ) {
    db.exec(`PRAGMA incremental_vacuum(${pagesAtOnce})`);
    yield;
    const { free } = room(db);
    if (free >= before) break;
    before = free;
  }
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
}

function room(db: Database): Room {
  const found = db
    .prepare<Room>(
      `SELECT (SELECT freelist_count FROM pragma_freelist_count) AS free, (SELECT page_count FROM pragma_page_count) AS pages,
              (SELECT page_size FROM pragma_page_size) AS pageBytes`,
    )
    .get();
  return found ?? { free: 0, pages: 0, pageBytes: 0 };
}

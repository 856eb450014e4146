import type { MediaKind, MediaTag } from '../contract/media.ts';
import type { Database } from './driver.ts';

/** Where an image, a text or a histogram of a run stands. */
export interface MediaRow {
  step: number;
  time: number;
  /** The file's key, and its name relative to the run's folder. */
  file: number;
  name: string;
  offset: number;
  item: number;
  /** Relative to the run's folder, where the media is a file of its own. */
  path?: string | null;
}

export function putMedia(db: Database, run: number, kind: MediaKind, tag: string, place: Omit<MediaRow, 'name'>): void {
  db.prepare(
    'INSERT OR REPLACE INTO media (run, kind, tag, step, time, file, offset, item, path) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  ).run(run, kind, tag, place.step, place.time, place.file, place.offset, place.item, place.path ?? null);
}

export function readMediaTags(db: Database, run: number): MediaTag[] {
  return db
    .prepare<MediaTag>(
      `SELECT kind, tag, count(*) AS count, min(step) AS firstStep, max(step) AS lastStep
       FROM media WHERE run = ? GROUP BY kind, tag ORDER BY kind, tag`,
    )
    .all(run)
    .map((row) => ({ ...row }));
}

/** One of a tag, numbered from 0 in the order of steps. */
export function readMediaRow(db: Database, run: number, kind: MediaKind, tag: string, index: number) {
  return db
    .prepare<MediaRow>(
      `SELECT media.step, media.time, media.file, files.name, media.offset, media.item, media.path
       FROM media JOIN files ON files.key = media.file WHERE media.run = ? AND media.kind = ? AND media.tag = ?
       ORDER BY media.step, media.time, media.file, media.offset, media.item LIMIT 1 OFFSET ?`,
    )
    .get(run, kind, tag, index);
}

/** The plugins of a file's tags. */
export function readPlugins(db: Database, file: number): Map<string, string> {
  const rows = db
    .prepare<{ tag: string; plugin: string }>('SELECT tag, plugin FROM event_plugins WHERE file = ?')
    .all(file);
  return new Map(rows.map(({ tag, plugin }) => [tag, plugin]));
}

export function putPlugin(db: Database, file: number, tag: string, plugin: string): void {
  db.prepare('INSERT OR REPLACE INTO event_plugins (file, tag, plugin) VALUES (?, ?, ?)').run(file, tag, plugin);
}

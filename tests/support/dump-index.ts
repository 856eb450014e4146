import { readPoints } from '../../src/store/chunks.ts';
import type { Database } from '../../src/store/driver.ts';

/**
 * All that an index says, in an order of its own and without the numbers that it gives out, so that two indexes of the same
 * files can be compared.
 */
export function dumpIndex(db: Database): Record<string, unknown[]> {
  const rows = (sql: string) => db.prepare<Record<string, unknown>>(sql).all().map(readable);
  const ofRuns = (table: string, columns: string, order: string) =>
    rows(`SELECT runs.id, ${columns} FROM ${table} AS t JOIN runs ON runs.key = t.run ORDER BY runs.id, ${order}`);
  return {
    runs: rows('SELECT * FROM runs ORDER BY id').map(({ key: _, ...row }) => row),
    files: ofRuns('files', 't.name, t.offset, t.size, t.last_time, t.unknown, t.facts', 't.name'),
    params: ofRuns('params', 't.*', 't.name').map(withoutKey),
    tags: ofRuns('tags', 't.*', 't.name, t.rank').map(withoutKey),
    artifacts: ofRuns('artifacts', 't.*', 't.name').map(withoutKey),
    usedFiles: ofRuns('used_files', 't.*', 't.access, t.path').map(withoutKey),
    packages: ofRuns('packages', 't.*', 't.name').map(withoutKey),
    anomalies: rows(
      `SELECT runs.id, files.name AS file, a.metric, a.kind, a.warns, a.step, a.time, a.value, a.count, a.steps, a.details
       FROM anomalies AS a JOIN runs ON runs.key = a.run JOIN series ON series.key = a.series
       JOIN files ON files.key = series.file ORDER BY 1, 2, 3, 4`,
    ),
    warnings: ofRuns('warnings', 't.*', 't.file, t.offset, t.item').map(withoutKey),
    metrics: ofRuns('metrics', 't.*', 't.name').map(withoutKey),
    media: rows(
      `SELECT runs.id, files.name AS file, m.kind, m.tag, m.step, m.time, m.offset, m.item FROM media AS m
       JOIN files ON files.key = m.file JOIN runs ON runs.key = m.run ORDER BY 1, 2, 7, 8`,
    ),
    plugins: rows(
      `SELECT runs.id, files.name AS file, p.tag, p.plugin FROM event_plugins AS p JOIN files ON files.key = p.file
       JOIN runs ON runs.key = files.run ORDER BY 1, 2, 3`,
    ),
    ops: rows('SELECT * FROM ops ORDER BY run, op, item'),
    opsFiles: rows('SELECT * FROM ops_files ORDER BY name'),
    metricIds: rows(
      `SELECT runs.id, files.name AS file, m.id AS number, m.name FROM metric_ids AS m JOIN files ON files.key = m.file
       JOIN runs ON runs.key = files.run ORDER BY 1, 2, 3`,
    ),
    series: db
      .prepare<{ id: string; file: string; name: string; count: number; key: number; exact: Uint8Array }>(
        `SELECT runs.id, files.name AS file, s.name, s.count, s.key, s.exact FROM series AS s
         JOIN files ON files.key = s.file JOIN runs ON runs.key = s.run ORDER BY runs.id, files.name, s.name`,
      )
      .all()
      .map(({ key, exact, ...row }) => {
        const points = readPoints(db, key);
        const bits = [points.steps, points.times, points.values].map(hex);
        return { ...row, exact: Buffer.from(exact).toString('hex'), bits };
      }),
  };
}

const withoutKey = ({ run: _, ...row }: Record<string, unknown>) => row;

function readable(row: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(row).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
  ]);
  return Object.fromEntries(entries);
}

function hex(floats: Float64Array): string {
  return Buffer.from(floats.buffer, floats.byteOffset, floats.byteLength).toString('hex');
}

-- Points get their compact form, and what is measured of a run's processes is told from what it logs. Every journal is folded
-- again from its beginning: the files are the facts.
DROP TABLE chunks;
DROP TABLE series;
DROP TABLE metrics;

-- One metric as one process logged it. `kind`: 'logged' or 'system'. `exact` is four little-endian float64: last, its step,
-- min, max (NaN where none). `file` goes with its run.
CREATE TABLE series (
  key INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  file INTEGER NOT NULL,
  count INTEGER NOT NULL,
  last_time INTEGER NOT NULL,
  exact BLOB NOT NULL,
  UNIQUE (run, kind, name, file)
) STRICT;

-- Its points in the order in which they were logged, 4,096 a row, each column in its shortest exact encoding. The last rows of
-- a series that still grows hold fewer, as plain little-endian float64; `ascending`, `summary` and `blocks` are NULL there.
-- `ascending`: 1 where the steps are, plus 2 where the times are. `summary` says what is in every 1,024 points, `blocks` in
-- every 64: docs/schema.md. The columns are in this order so that summaries can be read without the points.
CREATE TABLE chunks (
  series INTEGER NOT NULL REFERENCES series (key) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  count INTEGER NOT NULL,
  ascending INTEGER,
  summary BLOB,
  blocks BLOB,
  steps BLOB NOT NULL,
  times BLOB NOT NULL,
  points BLOB NOT NULL,
  PRIMARY KEY (series, seq)
) STRICT, WITHOUT ROWID;

-- One metric of a run over all its processes. The REAL columns are for sorting and comparing; `exact` is as in series.
CREATE TABLE metrics (
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  last REAL,
  min REAL,
  max REAL,
  best REAL,
  count INTEGER NOT NULL,
  last_time INTEGER NOT NULL,
  exact BLOB NOT NULL,
  PRIMARY KEY (run, kind, name)
) STRICT, WITHOUT ROWID;

UPDATE files SET offset = 0, size = 0, last_time = NULL, unknown = 0, facts = '{}';
UPDATE runs SET settled = 0;

-- The number that a journal file uses for a metric's name.
CREATE TABLE metric_ids (
  file INTEGER NOT NULL REFERENCES files (key) ON DELETE CASCADE,
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (file, id)
) STRICT, WITHOUT ROWID;

-- One metric as one process logged it. `exact` is four little-endian float64: last, its step, min, max (NaN where none).
CREATE TABLE series (
  key INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  file INTEGER NOT NULL REFERENCES files (key) ON DELETE CASCADE,
  name TEXT NOT NULL,
  count INTEGER NOT NULL,
  last_time INTEGER NOT NULL,
  exact BLOB NOT NULL,
  UNIQUE (file, name)
) STRICT;
CREATE INDEX series_run ON series (run, name);

-- Its points in the order in which they were logged, at most 4,096 a row: little-endian float64 each, because a REAL column
-- turns NaN into NULL and -0.0 into 0.
CREATE TABLE chunks (
  series INTEGER NOT NULL REFERENCES series (key) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  count INTEGER NOT NULL,
  steps BLOB NOT NULL,
  times BLOB NOT NULL,
  points BLOB NOT NULL,
  PRIMARY KEY (series, seq)
) STRICT;

-- One metric of a run over all its processes. The REAL columns are for sorting and comparing; `exact` is as in series.
CREATE TABLE metrics (
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  name TEXT NOT NULL,
  last REAL,
  min REAL,
  max REAL,
  best REAL,
  count INTEGER NOT NULL,
  last_time INTEGER NOT NULL,
  exact BLOB NOT NULL,
  PRIMARY KEY (run, name)
) STRICT, WITHOUT ROWID;

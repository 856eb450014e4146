-- What the detectors of anomalies remember of a series, as little-endian float64 (src/tracking/anomalies/). A series of which
-- there is nothing to remember has no row.
CREATE TABLE watches (
  series INTEGER PRIMARY KEY REFERENCES series (key) ON DELETE CASCADE,
  state BLOB NOT NULL
) STRICT;

-- One row per series and kind: the first of its kind, and how many there were. `warns`: 0 for a mere hint. `value` is a
-- little-endian float64. `steps` and `details` are JSON.
CREATE TABLE anomalies (
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  metric TEXT NOT NULL,
  kind TEXT NOT NULL,
  series INTEGER NOT NULL REFERENCES series (key) ON DELETE CASCADE,
  warns INTEGER NOT NULL,
  step REAL NOT NULL,
  time INTEGER NOT NULL,
  value BLOB NOT NULL,
  count INTEGER NOT NULL,
  steps TEXT NOT NULL,
  details TEXT NOT NULL,
  PRIMARY KEY (run, metric, kind, series)
) STRICT, WITHOUT ROWID;
CREATE INDEX anomalies_series ON anomalies (series);

-- Every journal is folded again, so that what was logged before is looked at, too.
DELETE FROM series;
DELETE FROM metrics;
DELETE FROM media;
DELETE FROM event_plugins;
UPDATE files SET offset = 0, size = 0, last_time = NULL, unknown = 0, facts = '{}';
UPDATE runs SET settled = 0;

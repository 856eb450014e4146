-- One row per run folder. What was asked, as in run.json, and what follows from the other files.
CREATE TABLE runs (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  experiment TEXT NOT NULL,
  status TEXT NOT NULL,
  created INTEGER NOT NULL,
  started INTEGER,
  ended INTEGER,
  duration INTEGER AS (ended - started) VIRTUAL,
  exit_code INTEGER,
  signal TEXT,
  starred INTEGER NOT NULL DEFAULT 0,
  archived INTEGER NOT NULL DEFAULT 0,
  -- A person deleted it; the row goes when the folder has gone.
  deleted INTEGER NOT NULL DEFAULT 0,
  note TEXT NOT NULL DEFAULT '',
  title TEXT NOT NULL,
  target TEXT NOT NULL,
  failure TEXT,
  -- run.json whole, or NULL where it cannot be read.
  asked TEXT,
  -- code/state.json whole, or NULL.
  code TEXT,
  -- The rest of what a run's page says, as JSON.
  system TEXT NOT NULL DEFAULT '{}',
  -- Nothing of it can grow any more: syncs pass it by.
  settled INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX runs_created ON runs (created);
CREATE INDEX runs_unsettled ON runs (settled) WHERE settled = 0;

-- How far each append-only file has been folded in. `facts` is what it says about its process, as JSON.
CREATE TABLE files (
  key INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  name TEXT NOT NULL,
  offset INTEGER NOT NULL DEFAULT 0,
  size INTEGER NOT NULL DEFAULT 0,
  last_time INTEGER,
  unknown INTEGER NOT NULL DEFAULT 0,
  facts TEXT NOT NULL DEFAULT '{}',
  UNIQUE (run, name)
) STRICT;

CREATE TABLE ops_files (
  name TEXT PRIMARY KEY,
  offset INTEGER NOT NULL,
  size INTEGER NOT NULL,
  damaged INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The latest of each thing that people did. `item` is the tag's key, else ''. `value` is JSON.
CREATE TABLE ops (
  run TEXT NOT NULL,
  op TEXT NOT NULL,
  item TEXT NOT NULL,
  value TEXT NOT NULL,
  time INTEGER NOT NULL,
  by TEXT NOT NULL,
  file TEXT NOT NULL,
  offset INTEGER NOT NULL,
  PRIMARY KEY (run, op, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX ops_time ON ops (time);

-- `value` is JSON; `number` is what it compares as, NULL where it is none. The latest of (time, file, offset) is kept.
CREATE TABLE params (
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  number REAL,
  time INTEGER NOT NULL,
  file TEXT NOT NULL,
  offset INTEGER NOT NULL,
  PRIMARY KEY (run, name)
) STRICT, WITHOUT ROWID;

-- `rank` says where a tag comes from: 0 run.json, 1 a journal, 2 a person; the highest counts. NULL: a person took it away.
CREATE TABLE tags (
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  name TEXT NOT NULL,
  value TEXT,
  rank INTEGER NOT NULL,
  time INTEGER NOT NULL,
  file TEXT NOT NULL,
  offset INTEGER NOT NULL,
  PRIMARY KEY (run, name, rank)
) STRICT, WITHOUT ROWID;

CREATE TABLE artifacts (
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  path TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  time INTEGER NOT NULL,
  file TEXT NOT NULL,
  offset INTEGER NOT NULL,
  PRIMARY KEY (run, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE packages (
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  time INTEGER NOT NULL,
  file TEXT NOT NULL,
  offset INTEGER NOT NULL,
  PRIMARY KEY (run, name)
) STRICT, WITHOUT ROWID;

-- `item` tells warnings apart that come from one place of one file.
CREATE TABLE warnings (
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  file TEXT NOT NULL,
  offset INTEGER NOT NULL,
  item TEXT NOT NULL,
  time INTEGER NOT NULL,
  code TEXT NOT NULL,
  params TEXT NOT NULL,
  PRIMARY KEY (run, file, offset, item)
) STRICT, WITHOUT ROWID;

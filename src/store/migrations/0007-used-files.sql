-- What went into a run and what came out of it, as its supervisor saw it. `access`: 'read' or 'write'. `files`: of a folder, how
-- many it holds. `kept`: a copy in the run's folder. `time`: when it was first opened.
CREATE TABLE used_files (
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  access TEXT NOT NULL,
  path TEXT NOT NULL,
  time INTEGER NOT NULL,
  bytes INTEGER,
  modified INTEGER,
  sha256 TEXT,
  sampled INTEGER NOT NULL,
  files INTEGER,
  changed INTEGER NOT NULL,
  problem TEXT,
  by TEXT,
  what TEXT,
  format TEXT,
  kept TEXT,
  PRIMARY KEY (run, access, path)
) STRICT, WITHOUT ROWID;

-- What earlier versions skipped is read now.
UPDATE runs SET settled = 0
WHERE key IN (SELECT run FROM files WHERE name = 'supervisor.jsonl' AND unknown > 0);
UPDATE files SET offset = 0, size = 0, last_time = NULL, unknown = 0, facts = '{}'
WHERE name = 'supervisor.jsonl' AND unknown > 0;

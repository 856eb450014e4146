-- The plugin of TensorBoard that a tag of an event file belongs to: a file may name it with the tag's first value only.
CREATE TABLE event_plugins (
  file INTEGER NOT NULL REFERENCES files (key) ON DELETE CASCADE,
  tag TEXT NOT NULL,
  plugin TEXT NOT NULL,
  PRIMARY KEY (file, tag)
) STRICT, WITHOUT ROWID;

-- An image, a text or a histogram: the item-th of the event that begins at `offset` of the file, which keeps it.
CREATE TABLE media (
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  tag TEXT NOT NULL,
  step REAL NOT NULL,
  time INTEGER NOT NULL,
  file INTEGER NOT NULL REFERENCES files (key) ON DELETE CASCADE,
  offset INTEGER NOT NULL,
  item INTEGER NOT NULL,
  PRIMARY KEY (run, kind, tag, step, time, file, offset, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX media_file ON media (file);

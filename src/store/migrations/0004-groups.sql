-- Runs of one purpose inside an experiment, and the run inside which one was started (its full id), as in run.json.
ALTER TABLE runs ADD COLUMN run_group TEXT;
ALTER TABLE runs ADD COLUMN parent TEXT;

-- Lists look at every run, so that what they ask about is kept apart from what is large. `duration` has no place in it.
CREATE INDEX runs_listed ON runs (
  deleted, archived, created, id, experiment, run_group, parent, status, started, ended, exit_code, signal, starred, name,
  title
);
CREATE INDEX runs_running ON runs (status) WHERE status = 'running';
CREATE INDEX runs_noted ON runs (note) WHERE note <> '';
CREATE INDEX params_by_value ON params (name, number, value, run);
CREATE INDEX metrics_by_value ON metrics (kind, name, last, run);
CREATE INDEX tags_by_value ON tags (name, value, rank, run);

-- A picture that is kept as a file of its own in the run's folder; NULL where the media stands in an event file.
ALTER TABLE media ADD COLUMN path TEXT;

-- What stands right before `offset`, so that a file that was replaced is told from one that has grown. NULL where it was not looked at.
ALTER TABLE files ADD COLUMN trail TEXT;

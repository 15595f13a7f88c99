-- The professional licence number of an account; NULL = none is known.
ALTER TABLE staff ADD COLUMN licence TEXT COLLATE "C";

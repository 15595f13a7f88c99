-- "en" or "fr"; NULL = not chosen.
ALTER TABLE patients ADD COLUMN language TEXT COLLATE "C";

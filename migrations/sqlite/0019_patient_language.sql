-- The language that the patient reads, "en" or "fr"; NULL = not chosen, the patient's browser says.
ALTER TABLE patients ADD COLUMN language TEXT;

-- An id of what a form said of the patient. As in SQLite.
ALTER TABLE consultations ADD COLUMN sent TEXT COLLATE "C";

CREATE INDEX consultations_by_sent ON consultations (site_id, sent) WHERE sent IS NOT NULL;

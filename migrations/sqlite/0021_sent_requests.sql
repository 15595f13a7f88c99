-- An id of what a form said of the patient: a repetition is known by it after a correction or a merge.
ALTER TABLE consultations ADD COLUMN sent TEXT;

CREATE INDEX consultations_by_sent ON consultations (site_id, sent) WHERE sent IS NOT NULL;

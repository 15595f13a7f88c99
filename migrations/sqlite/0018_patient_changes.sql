-- Corrections and merges of patients, with the details before and after. They are here and not in the audit log, which outlives
-- the patients: these rows go with their patient.
CREATE TABLE patient_changes (
    id         TEXT PRIMARY KEY NOT NULL,
    site_id    TEXT NOT NULL REFERENCES sites (id),
    -- Without a reference: a merge removes the row of one patient.
    patient_id TEXT NOT NULL,
    -- The patient whose row a merge removed; NULL = a correction.
    merged_id  TEXT,
    at         INTEGER NOT NULL,
    -- The name of the staff member, as it was then.
    changed_by TEXT NOT NULL,
    -- store::patient_changes::Change as JSON.
    body       TEXT NOT NULL,
    -- When the merge was undone, and by whom.
    undone_at  INTEGER,
    undone_by  TEXT
) STRICT;

CREATE INDEX patient_changes_by_patient ON patient_changes (patient_id, id);
-- A patient is in one merge at a time.
CREATE UNIQUE INDEX patient_changes_by_merged ON patient_changes (merged_id) WHERE merged_id IS NOT NULL AND undone_at IS NULL;

-- Corrections and merges of patients, with the details before and after. As in SQLite.
CREATE TABLE patient_changes (
    id         TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    site_id    TEXT COLLATE "C" NOT NULL REFERENCES sites (id),
    -- Without a reference: a merge removes the row of one patient.
    patient_id TEXT COLLATE "C" NOT NULL,
    -- The patient whose row a merge removed; NULL = a correction.
    merged_id  TEXT COLLATE "C",
    at         BIGINT NOT NULL,
    changed_by TEXT COLLATE "C" NOT NULL,
    -- store::patient_changes::Change as JSON.
    body       TEXT COLLATE "C" NOT NULL,
    undone_at  BIGINT,
    undone_by  TEXT COLLATE "C"
);

CREATE INDEX patient_changes_by_patient ON patient_changes (patient_id, id);
-- A patient is in one merge at a time.
CREATE UNIQUE INDEX patient_changes_by_merged ON patient_changes (merged_id) WHERE merged_id IS NOT NULL AND undone_at IS NULL;

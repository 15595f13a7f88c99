-- Exports of a consultation's details: kept only where the site's rule says so, and removed with the consultation.

ALTER TABLE sites ADD COLUMN keep_exports INTEGER NOT NULL DEFAULT 0;

CREATE TABLE exports (
    id              TEXT PRIMARY KEY NOT NULL,
    consultation_id TEXT NOT NULL REFERENCES consultations (id),
    -- model::export::ExportKind: pdf or text.
    kind            TEXT NOT NULL,
    bytes           BLOB NOT NULL,
    made_at         INTEGER NOT NULL,
    -- The name of the staff member, as it was then.
    made_by         TEXT NOT NULL
) STRICT;

CREATE INDEX exports_by_consultation ON exports (consultation_id, id);

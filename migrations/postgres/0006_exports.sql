-- Exports of a consultation's details. As in SQLite.
ALTER TABLE sites ADD COLUMN keep_exports BOOLEAN NOT NULL DEFAULT FALSE;

CREATE TABLE exports (
    id              TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    consultation_id TEXT COLLATE "C" NOT NULL REFERENCES consultations (id),
    -- model::export::ExportKind: pdf or text.
    kind            TEXT COLLATE "C" NOT NULL,
    bytes           BYTEA NOT NULL,
    made_at         BIGINT NOT NULL,
    made_by         TEXT COLLATE "C" NOT NULL
);

CREATE INDEX exports_by_consultation ON exports (consultation_id, id);

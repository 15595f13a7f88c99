-- Ids are UUID v7 as text (sortable by creation), times are UTC milliseconds, booleans are not needed yet.

-- "EmDe": tells a desk's file from any other SQLite file, in backups too.
PRAGMA application_id = 1164788837;

CREATE TABLE sites (
    id              TEXT PRIMARY KEY NOT NULL,
    name            TEXT NOT NULL UNIQUE COLLATE NOCASE,
    public_name_en  TEXT NOT NULL,
    public_name_fr  TEXT NOT NULL,
    -- Sealed under DESK_SECRET; NULL = the configuration's.
    tenant_key      TEXT,
    -- NULL = links do not end.
    link_ttl_ms     INTEGER,
    birth_date_gate INTEGER NOT NULL,
    -- NULL = kept for ever.
    retention_ms    INTEGER,
    accent          TEXT,
    created_at      INTEGER NOT NULL
) STRICT;

CREATE TABLE staff (
    id            TEXT PRIMARY KEY NOT NULL,
    -- Lower case.
    email         TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at    INTEGER NOT NULL,
    disabled_at   INTEGER
) STRICT;

CREATE TABLE memberships (
    staff_id TEXT NOT NULL REFERENCES staff (id),
    site_id  TEXT NOT NULL REFERENCES sites (id),
    role     TEXT NOT NULL,
    PRIMARY KEY (staff_id, site_id, role)
) STRICT, WITHOUT ROWID;

CREATE INDEX memberships_by_site ON memberships (site_id);

CREATE TABLE sessions (
    -- SHA-256 of the cookie's token.
    token_hash BLOB PRIMARY KEY NOT NULL,
    staff_id   TEXT NOT NULL REFERENCES staff (id),
    -- The site that the browser works at.
    site_id    TEXT NOT NULL REFERENCES sites (id),
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_staff ON sessions (staff_id);

CREATE TABLE patients (
    -- Ties the row to patient_words. Named, because VACUUM may renumber rows that are not.
    number        INTEGER PRIMARY KEY,
    id            TEXT NOT NULL UNIQUE,
    site_id       TEXT NOT NULL REFERENCES sites (id),
    first_name    TEXT NOT NULL,
    last_name     TEXT NOT NULL,
    date_of_birth TEXT
) STRICT;

CREATE TABLE patient_identifiers (
    -- The patient's site: the same number at another site is another record.
    site_id    TEXT NOT NULL,
    kind       TEXT NOT NULL,
    -- Normalised: see model::health_number.
    key        TEXT NOT NULL,
    patient_id TEXT NOT NULL REFERENCES patients (id),
    -- Counts the identifiers of one patient; the highest is the newest.
    ordinal    INTEGER NOT NULL,
    PRIMARY KEY (site_id, kind, key)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX patient_identifiers_by_patient ON patient_identifiers (patient_id, ordinal);

-- What the search looks in. Holds the words' index and no copy of the text. Rows follow patients.number.
CREATE VIRTUAL TABLE patient_words USING fts5 (
    name, keys,
    content = '', contentless_delete = 1,
    tokenize = 'unicode61 remove_diacritics 2',
    prefix = '2 3'
);

CREATE TABLE consultations (
    id           TEXT PRIMARY KEY NOT NULL,
    site_id      TEXT NOT NULL REFERENCES sites (id),
    request_id   TEXT NOT NULL,
    patient_id   TEXT NOT NULL REFERENCES patients (id),
    empego_key   TEXT UNIQUE,
    created_at   INTEGER NOT NULL,
    created_by   TEXT NOT NULL REFERENCES staff (id),
    -- model::lifecycle::State as JSON: the reduced timeline. The columns below are derived from it at every write.
    state        TEXT NOT NULL,
    -- State::delivery as if time stood still: nothing expires in it.
    delivery     TEXT NOT NULL,
    -- When the newest link ends; 9223372036854775807 = never, 0 = there is none.
    expires_at   INTEGER NOT NULL,
    requested_at INTEGER NOT NULL,
    status_id    TEXT,
    UNIQUE (site_id, request_id)
) STRICT;

-- The board is one site's, so every index of it begins with the site.
CREATE INDEX consultations_by_site ON consultations (site_id, id);
CREATE INDEX consultations_by_patient ON consultations (patient_id, id);
CREATE INDEX consultations_by_delivery ON consultations (site_id, delivery, id, expires_at);
CREATE INDEX consultations_by_status ON consultations (site_id, status_id, id);
-- The board's filters that take several deliveries together: one index each keeps them in the order of the board.
CREATE INDEX consultations_not_created ON consultations (site_id, id) WHERE delivery IN ('creating', 'create-failed', 'outcome-unknown');
CREATE INDEX consultations_open ON consultations (site_id, id, expires_at) WHERE delivery IN ('link-ready', 'opened', 'started');
CREATE INDEX consultations_answered ON consultations (site_id, id) WHERE delivery IN ('answered-reported', 'answered-confirmed');

CREATE TABLE links (
    consultation_id TEXT NOT NULL REFERENCES consultations (id),
    -- Counts the links of one consultation from 1.
    generation      INTEGER NOT NULL,
    -- SHA-256 of the token.
    token_hash      BLOB NOT NULL UNIQUE,
    PRIMARY KEY (consultation_id, generation)
) STRICT, WITHOUT ROWID;

CREATE TABLE timeline (
    -- The order of arrival.
    number          INTEGER PRIMARY KEY,
    consultation_id TEXT NOT NULL REFERENCES consultations (id),
    source          TEXT NOT NULL,
    source_event_id TEXT NOT NULL,
    happened_at     INTEGER NOT NULL,
    -- model::lifecycle::Event as JSON.
    body            TEXT NOT NULL,
    -- The name of the staff member who did it, as it was then.
    actor           TEXT,
    -- The consultation is part of it: an id that comes again for another consultation is another event.
    UNIQUE (consultation_id, source, source_event_id)
) STRICT;

CREATE TRIGGER timeline_keeps_its_words BEFORE UPDATE ON timeline
BEGIN
    SELECT RAISE(ABORT, 'the timeline is append-only');
END;

CREATE TRIGGER timeline_keeps_its_rows BEFORE DELETE ON timeline
BEGIN
    SELECT RAISE(ABORT, 'the timeline is append-only');
END;

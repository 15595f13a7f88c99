-- Who did and saw what. Without references: the log outlives what it tells of. Each row's hash covers the row and the hash
-- before it, so that a changed, added or missing row shows (store::audit).

CREATE TABLE audit (
    -- From 1, without gaps.
    number          INTEGER PRIMARY KEY,
    at              INTEGER NOT NULL,
    -- NULL = of no site, such as a refused sign-in.
    site_id         TEXT,
    -- NULL = no account: a patient, a stranger, the desk itself.
    staff_id        TEXT,
    -- The name as it was then.
    staff_name      TEXT NOT NULL,
    roles           TEXT NOT NULL,
    -- model::audit::Action.
    action          TEXT NOT NULL,
    consultation_id TEXT,
    -- The ids of the patients it is about, as a JSON list.
    patients        TEXT NOT NULL,
    detail          TEXT NOT NULL,
    address         TEXT NOT NULL,
    device          TEXT NOT NULL,
    hash            BLOB NOT NULL
) STRICT;

CREATE INDEX audit_by_site ON audit (site_id, number);
CREATE INDEX audit_by_staff ON audit (site_id, staff_id, number);
CREATE INDEX audit_by_action ON audit (site_id, action, number);

-- Finds the rows of one patient.
CREATE TABLE audit_patients (
    patient_id TEXT NOT NULL,
    number     INTEGER NOT NULL,
    PRIMARY KEY (patient_id, number)
) STRICT, WITHOUT ROWID;

-- What is older than the log's own retention is gone; the chain begins with the hash of the last row that went.
CREATE TABLE audit_start (
    only   INTEGER PRIMARY KEY CHECK (only = 1),
    number INTEGER NOT NULL,
    hash   BLOB NOT NULL
) STRICT;

INSERT INTO audit_start (only, number, hash) VALUES (1, 0, zeroblob(32));

CREATE TRIGGER audit_keeps_its_words BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;

CREATE TRIGGER audit_keeps_its_rows BEFORE DELETE ON audit WHEN OLD.number > (SELECT number FROM audit_start)
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;

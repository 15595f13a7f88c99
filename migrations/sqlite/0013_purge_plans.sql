-- What is past its retention is announced a day before it goes: one plan a site, and one for the audit log.
CREATE TABLE purge_plans (
    -- The site's id; '' = the audit log.
    subject      TEXT PRIMARY KEY NOT NULL,
    announced_at INTEGER NOT NULL,
    -- Only what was due at this moment is announced.
    before       INTEGER NOT NULL,
    -- Consultations, or rows of the log.
    records      INTEGER NOT NULL,
    patients     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

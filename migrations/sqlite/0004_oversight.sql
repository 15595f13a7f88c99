-- Confidentiality incidents. Every edit is a new version; none is ever changed or removed.
CREATE TABLE incidents (
    id                TEXT NOT NULL,
    -- From 1, without gaps.
    version           INTEGER NOT NULL,
    site_id           TEXT NOT NULL REFERENCES sites (id),
    written_at        INTEGER NOT NULL,
    -- The name of the staff member who wrote this version, as it was then.
    written_by        TEXT NOT NULL,
    information       TEXT NOT NULL,
    circumstances     TEXT NOT NULL,
    -- A date or a period, in words.
    happened          TEXT NOT NULL,
    -- YYYY-MM-DD, as the other dates.
    aware_on          TEXT NOT NULL,
    persons           INTEGER,
    persons_in_quebec INTEGER,
    -- 0 or 1: whether there is a risk of serious injury.
    serious           INTEGER NOT NULL,
    reasons           TEXT NOT NULL,
    commission_on     TEXT,
    persons_on        TEXT,
    measures          TEXT NOT NULL,
    PRIMARY KEY (id, version)
) STRICT, WITHOUT ROWID;

CREATE INDEX incidents_by_site ON incidents (site_id, id, version);

CREATE TRIGGER incidents_keep_their_words BEFORE UPDATE ON incidents
BEGIN
    SELECT RAISE(ABORT, 'the incident register is append-only');
END;

CREATE TRIGGER incidents_stay BEFORE DELETE ON incidents
BEGIN
    SELECT RAISE(ABORT, 'the incident register is append-only');
END;

-- Consultations that must be kept whatever the retention says.
CREATE TABLE holds (
    consultation_id TEXT PRIMARY KEY NOT NULL REFERENCES consultations (id),
    since           INTEGER NOT NULL,
    -- The name of the staff member, as it was then.
    held_by         TEXT NOT NULL,
    reason          TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The one consultation that is being removed at the end of its retention. Written and removed within the transaction that
-- does it: nobody else ever sees a row here.
CREATE TABLE purging (
    only            INTEGER PRIMARY KEY CHECK (only = 1),
    consultation_id TEXT NOT NULL
) STRICT;

CREATE TRIGGER purging_spares_what_is_held BEFORE INSERT ON purging
WHEN EXISTS (SELECT 1 FROM holds WHERE consultation_id = NEW.consultation_id)
BEGIN
    SELECT RAISE(ABORT, 'the consultation is under legal hold');
END;

DROP TRIGGER timeline_keeps_its_rows;

CREATE TRIGGER timeline_keeps_its_rows BEFORE DELETE ON timeline
WHEN NOT EXISTS (SELECT 1 FROM purging WHERE consultation_id = OLD.consultation_id)
BEGIN
    SELECT RAISE(ABORT, 'the timeline is append-only');
END;

-- A beginning of the log that no removal tells of, from before removals had seals. The next start of the desk seals it in a row
-- of the log and removes it from here. Without either, a log that does not begin with row 1 counts as cut.
CREATE TABLE audit_unsealed_start (
    only   INTEGER PRIMARY KEY CHECK (only = 1),
    number INTEGER NOT NULL,
    hash   BLOB NOT NULL
) STRICT;
INSERT INTO audit_unsealed_start (only, number, hash)
SELECT s.only, s.number, s.hash FROM audit_start s JOIN audit_first_start f ON f.number = s.number AND f.hash = s.hash
WHERE s.number > 0;
DROP TABLE audit_first_start;

CREATE TRIGGER audit_unsealed_start_is_written_once BEFORE INSERT ON audit_unsealed_start
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_unsealed_start_keeps_its_words BEFORE UPDATE ON audit_unsealed_start
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_unsealed_start_goes_with_its_row BEFORE DELETE ON audit_unsealed_start
WHEN NOT EXISTS (
    SELECT 1 FROM audit a
    WHERE a.number = (SELECT max(number) FROM audit) AND a.action = 'purged' AND a.site_id IS NULL
        AND a.detail LIKE 'log-begins through=' || OLD.number || ' hash=' || lower(hex(OLD.hash)) || ' seal=%')
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;

-- When the clock was last trusted with a removal. Rows of the log after that moment prove nothing by themselves: a clock that is
-- wrong stamps them too.
CREATE TABLE clock_check (
    only         INTEGER PRIMARY KEY CHECK (only = 1),
    -- The newest row of the log at that moment.
    number       INTEGER NOT NULL,
    -- That moment, in milliseconds (UTC); NULL = never yet.
    at           INTEGER,
    -- By how many milliseconds the clock was ahead of Empego's, where Empego contradicted it since.
    contradicted INTEGER
) STRICT;
INSERT INTO clock_check (only, number, at)
SELECT 1, coalesce((SELECT max(number) FROM audit), 0), (SELECT at FROM audit ORDER BY number DESC LIMIT 1);

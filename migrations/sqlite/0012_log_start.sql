-- The log begins after its last removed row (audit_start). That beginning moves only with a row of the log that says so: the
-- removal is the newest row when the beginning moves, and the chain then proves both (store::audit::removal).

-- A beginning from before this rule. Its removal has no such row.
CREATE TABLE audit_first_start (
    only   INTEGER PRIMARY KEY CHECK (only = 1),
    number INTEGER NOT NULL,
    hash   BLOB NOT NULL
) STRICT;
INSERT INTO audit_first_start (only, number, hash) SELECT only, number, hash FROM audit_start;

CREATE TRIGGER audit_first_start_is_written_once BEFORE INSERT ON audit_first_start
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_first_start_keeps_its_words BEFORE UPDATE ON audit_first_start
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_first_start_stays BEFORE DELETE ON audit_first_start
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;

CREATE TRIGGER audit_start_moves_with_its_row BEFORE UPDATE ON audit_start
WHEN NEW.number <= OLD.number
    OR NEW.hash IS NOT (SELECT hash FROM audit WHERE number = NEW.number)
    OR NOT EXISTS (
        SELECT 1 FROM audit a
        WHERE a.number = (SELECT max(number) FROM audit) AND a.number > NEW.number AND a.action = 'purged' AND a.site_id IS NULL
            AND a.detail LIKE 'log-rows=' || (NEW.number - OLD.number) || ' through=' || NEW.number
                || ' hash=' || lower(hex(NEW.hash)) || ' seal=%')
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_start_is_one BEFORE INSERT ON audit_start
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_start_stays BEFORE DELETE ON audit_start
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;

-- The log's beginning moves only with a row of the log that says so.

-- A beginning from before this rule.
CREATE TABLE audit_first_start (
    "only" BIGINT PRIMARY KEY CHECK ("only" = 1),
    number BIGINT NOT NULL,
    hash   BYTEA NOT NULL
);
INSERT INTO audit_first_start ("only", number, hash) SELECT "only", number, hash FROM audit_start;

CREATE TRIGGER audit_first_start_is_written_once BEFORE INSERT ON audit_first_start
    FOR EACH ROW EXECUTE FUNCTION refuse('the audit log is append-only');
CREATE TRIGGER audit_first_start_keeps_its_words BEFORE UPDATE ON audit_first_start
    FOR EACH ROW EXECUTE FUNCTION refuse('the audit log is append-only');
CREATE TRIGGER audit_first_start_stays BEFORE DELETE ON audit_first_start
    FOR EACH ROW EXECUTE FUNCTION refuse('the audit log is append-only');
CREATE TRIGGER audit_first_start_is_not_emptied BEFORE TRUNCATE ON audit_first_start
    FOR EACH STATEMENT EXECUTE FUNCTION refuse('the audit log is append-only');

-- LIKE compares case here. The desk writes the row in lower case, and reads it back in no other.
CREATE FUNCTION audit_start_moves_with_its_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number <= OLD.number
        OR NEW.hash IS DISTINCT FROM (SELECT a.hash FROM audit a WHERE a.number = NEW.number)
        OR NOT EXISTS (
            SELECT 1 FROM audit a
            WHERE a.number = (SELECT max(n.number) FROM audit n) AND a.number > NEW.number
                AND a.action = 'purged' AND a.site_id IS NULL
                AND a.detail LIKE 'log-rows=' || (NEW.number - OLD.number) || ' through=' || NEW.number
                    || ' hash=' || encode(NEW.hash, 'hex') || ' seal=%')
    THEN
        RAISE EXCEPTION 'the audit log is append-only';
    END IF;
    RETURN NEW;
END $$;
DO $$ BEGIN
    EXECUTE format('ALTER FUNCTION audit_start_moves_with_its_row() SET search_path = %I, pg_temp', current_schema());
END $$;

CREATE TRIGGER audit_start_moves_with_its_row BEFORE UPDATE ON audit_start
    FOR EACH ROW EXECUTE FUNCTION audit_start_moves_with_its_row();
CREATE TRIGGER audit_start_is_one BEFORE INSERT ON audit_start
    FOR EACH ROW EXECUTE FUNCTION refuse('the audit log is append-only');
CREATE TRIGGER audit_start_stays BEFORE DELETE ON audit_start
    FOR EACH ROW EXECUTE FUNCTION refuse('the audit log is append-only');
CREATE TRIGGER audit_start_is_not_emptied BEFORE TRUNCATE ON audit_start
    FOR EACH STATEMENT EXECUTE FUNCTION refuse('the audit log is append-only');

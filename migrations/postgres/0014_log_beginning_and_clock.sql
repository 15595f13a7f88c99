-- A beginning of the log without a seal, until the desk writes the row that seals it.
CREATE TABLE audit_unsealed_start (
    "only" BIGINT PRIMARY KEY CHECK ("only" = 1),
    number BIGINT NOT NULL,
    hash   BYTEA NOT NULL
);
INSERT INTO audit_unsealed_start ("only", number, hash)
SELECT s."only", s.number, s.hash FROM audit_start s JOIN audit_first_start f ON f.number = s.number AND f.hash = s.hash
WHERE s.number > 0;
DROP TABLE audit_first_start;

CREATE TRIGGER audit_unsealed_start_is_written_once BEFORE INSERT ON audit_unsealed_start
    FOR EACH ROW EXECUTE FUNCTION refuse('the audit log is append-only');
CREATE TRIGGER audit_unsealed_start_keeps_its_words BEFORE UPDATE ON audit_unsealed_start
    FOR EACH ROW EXECUTE FUNCTION refuse('the audit log is append-only');

CREATE FUNCTION audit_unsealed_start_goes_with_its_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM audit a
        WHERE a.number = (SELECT max(n.number) FROM audit n) AND a.action = 'purged' AND a.site_id IS NULL
            AND a.detail LIKE 'log-begins through=' || OLD.number || ' hash=' || encode(OLD.hash, 'hex') || ' seal=%')
    THEN
        RAISE EXCEPTION 'the audit log is append-only';
    END IF;
    RETURN OLD;
END $$;
DO $$ BEGIN
    EXECUTE format('ALTER FUNCTION audit_unsealed_start_goes_with_its_row() SET search_path = %I, pg_temp', current_schema());
END $$;

CREATE TRIGGER audit_unsealed_start_goes_with_its_row BEFORE DELETE ON audit_unsealed_start
    FOR EACH ROW EXECUTE FUNCTION audit_unsealed_start_goes_with_its_row();
CREATE TRIGGER audit_unsealed_start_is_not_emptied BEFORE TRUNCATE ON audit_unsealed_start
    FOR EACH STATEMENT EXECUTE FUNCTION refuse('the audit log is append-only');

-- When the clock was last trusted with a removal.
CREATE TABLE clock_check (
    "only"       BIGINT PRIMARY KEY CHECK ("only" = 1),
    -- The newest row of the log at that moment.
    number       BIGINT NOT NULL,
    -- That moment, in milliseconds (UTC); NULL = never yet.
    at           BIGINT,
    contradicted BIGINT
);
INSERT INTO clock_check ("only", number, at)
SELECT 1, coalesce((SELECT max(number) FROM audit), 0), (SELECT at FROM audit ORDER BY number DESC LIMIT 1);

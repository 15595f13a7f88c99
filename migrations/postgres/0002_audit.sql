-- Who did and saw what, without references. The desk gives the numbers itself: a sequence would leave gaps.

CREATE TABLE audit (
    -- From 1, without gaps.
    number          BIGINT PRIMARY KEY,
    at              BIGINT NOT NULL,
    -- NULL = of no site, such as a refused sign-in.
    site_id         TEXT COLLATE "C",
    -- NULL = no account: a patient, a stranger, the desk itself.
    staff_id        TEXT COLLATE "C",
    -- The name as it was then.
    staff_name      TEXT COLLATE "C" NOT NULL,
    roles           TEXT COLLATE "C" NOT NULL,
    -- model::audit::Action.
    action          TEXT COLLATE "C" NOT NULL,
    consultation_id TEXT COLLATE "C",
    -- A JSON list, as text: the hash covers its bytes.
    patients        TEXT COLLATE "C" NOT NULL,
    detail          TEXT COLLATE "C" NOT NULL,
    address         TEXT COLLATE "C" NOT NULL,
    device          TEXT COLLATE "C" NOT NULL,
    hash            BYTEA NOT NULL
);

CREATE INDEX audit_by_site ON audit (site_id, number);
CREATE INDEX audit_by_staff ON audit (site_id, staff_id, number);
CREATE INDEX audit_by_action ON audit (site_id, action, number);

CREATE TABLE audit_patients (
    patient_id TEXT COLLATE "C" NOT NULL,
    number     BIGINT NOT NULL,
    PRIMARY KEY (patient_id, number)
);

-- "only" is a reserved word of PostgreSQL: without the quotes it is a syntax error.
CREATE TABLE audit_start (
    "only" BIGINT PRIMARY KEY CHECK ("only" = 1),
    number BIGINT NOT NULL,
    hash   BYTEA NOT NULL
);

INSERT INTO audit_start ("only", number, hash) VALUES (1, 0, decode(repeat('00', 32), 'hex'));

CREATE TRIGGER audit_keeps_its_words BEFORE UPDATE ON audit
    FOR EACH ROW EXECUTE FUNCTION refuse('the audit log is append-only');

-- The condition is in the function: a trigger's WHEN takes no subquery.
CREATE FUNCTION audit_keeps_its_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.number > (SELECT s.number FROM audit_start s) THEN
        RAISE EXCEPTION 'the audit log is append-only';
    END IF;
    RETURN OLD;
END $$;
-- Otherwise a temporary table of the same name would be read in the place of audit_start.
DO $$ BEGIN
    EXECUTE format('ALTER FUNCTION audit_keeps_its_rows() SET search_path = %I, pg_temp', current_schema());
END $$;

CREATE TRIGGER audit_keeps_its_rows BEFORE DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_keeps_its_rows();

CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse('the audit log is append-only');

-- Incidents, holds, and the marker of a purge.
CREATE TABLE incidents (
    id                TEXT COLLATE "C" NOT NULL,
    version           BIGINT NOT NULL,
    site_id           TEXT COLLATE "C" NOT NULL REFERENCES sites (id),
    written_at        BIGINT NOT NULL,
    written_by        TEXT COLLATE "C" NOT NULL,
    information       TEXT COLLATE "C" NOT NULL,
    circumstances     TEXT COLLATE "C" NOT NULL,
    happened          TEXT COLLATE "C" NOT NULL,
    aware_on          TEXT COLLATE "C" NOT NULL,
    persons           BIGINT,
    persons_in_quebec BIGINT,
    -- Whether there is a risk of serious injury.
    serious           BOOLEAN NOT NULL,
    reasons           TEXT COLLATE "C" NOT NULL,
    commission_on     TEXT COLLATE "C",
    persons_on        TEXT COLLATE "C",
    measures          TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (id, version)
);

CREATE INDEX incidents_by_site ON incidents (site_id, id, version);

CREATE TRIGGER incidents_keep_their_words BEFORE UPDATE ON incidents
    FOR EACH ROW EXECUTE FUNCTION refuse('the incident register is append-only');

CREATE TRIGGER incidents_stay BEFORE DELETE ON incidents
    FOR EACH ROW EXECUTE FUNCTION refuse('the incident register is append-only');

CREATE TRIGGER incidents_are_not_emptied BEFORE TRUNCATE ON incidents
    FOR EACH STATEMENT EXECUTE FUNCTION refuse('the incident register is append-only');

CREATE TABLE holds (
    consultation_id TEXT COLLATE "C" PRIMARY KEY NOT NULL REFERENCES consultations (id),
    since           BIGINT NOT NULL,
    held_by         TEXT COLLATE "C" NOT NULL,
    reason          TEXT COLLATE "C" NOT NULL
);

-- A second purge waits here for the first one's commit: both write the row 1.
CREATE TABLE purging (
    "only"          BIGINT PRIMARY KEY CHECK ("only" = 1),
    consultation_id TEXT COLLATE "C" NOT NULL
);

-- An INSERT with ON CONFLICT DO UPDATE fires it too, before the conflict is looked for.
CREATE FUNCTION purging_spares_what_is_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM holds h WHERE h.consultation_id = NEW.consultation_id) THEN
        RAISE EXCEPTION 'the consultation is under legal hold';
    END IF;
    RETURN NEW;
END $$;
DO $$ BEGIN
    EXECUTE format('ALTER FUNCTION purging_spares_what_is_held() SET search_path = %I, pg_temp', current_schema());
END $$;

CREATE TRIGGER purging_spares_what_is_held BEFORE INSERT ON purging
    FOR EACH ROW EXECUTE FUNCTION purging_spares_what_is_held();

DROP TRIGGER timeline_keeps_its_rows ON timeline;

CREATE FUNCTION timeline_keeps_its_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM purging p WHERE p.consultation_id = OLD.consultation_id) THEN
        RAISE EXCEPTION 'the timeline is append-only';
    END IF;
    RETURN OLD;
END $$;
DO $$ BEGIN
    EXECUTE format('ALTER FUNCTION timeline_keeps_its_rows() SET search_path = %I, pg_temp', current_schema());
END $$;

CREATE TRIGGER timeline_keeps_its_rows BEFORE DELETE ON timeline
    FOR EACH ROW EXECUTE FUNCTION timeline_keeps_its_rows();

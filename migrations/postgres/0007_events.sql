-- What Empego's event queue delivered: each event once.
CREATE TABLE queue_events (
    event_id        TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    event_type      TEXT COLLATE "C" NOT NULL,
    happened_at     BIGINT NOT NULL,
    received_at     BIGINT NOT NULL,
    deliveries      BIGINT NOT NULL,
    empego_key      TEXT COLLATE "C",
    metadata        TEXT COLLATE "C",
    status          TEXT COLLATE "C",
    consultation_id TEXT COLLATE "C",
    -- Sealed under DESK_SECRET.
    body            BYTEA
);

CREATE INDEX queue_events_waiting ON queue_events (empego_key) WHERE consultation_id IS NULL AND empego_key IS NOT NULL;
CREATE INDEX queue_events_of ON queue_events (consultation_id) WHERE consultation_id IS NOT NULL;
CREATE INDEX queue_events_unknown ON queue_events (event_type, received_at) WHERE empego_key IS NULL;
CREATE INDEX queue_events_by_age ON queue_events (received_at);

ALTER TABLE consultations ADD COLUMN reported_at BIGINT;
ALTER TABLE consultations ADD COLUMN confirmed_at BIGINT;

UPDATE consultations SET
    reported_at = (SELECT min(t.happened_at) FROM timeline t
                   WHERE t.consultation_id = consultations.id AND t.body::json ->> 'kind' = 'reported'),
    confirmed_at = (SELECT min(t.happened_at) FROM timeline t
                    WHERE t.consultation_id = consultations.id AND t.body::json ->> 'kind' = 'status'
                      AND t.body::json #>> '{status,id}' IN ('TO_BE_ANALYZED', 'IN_PROGRESS', 'DONE', 'ARCHIVED'));
-- A moment that is NULL becomes a null of the JSON. The order of the members is another one than before.
UPDATE consultations SET
    state = (state::jsonb || jsonb_build_object('reported_at', reported_at, 'confirmed_at', confirmed_at))::text;

CREATE INDEX consultations_unconfirmed ON consultations (site_id, id, reported_at) WHERE delivery = 'answered-reported';
CREATE INDEX consultations_unreported ON consultations (site_id, id, confirmed_at)
    WHERE delivery = 'answered-confirmed' AND reported_at IS NULL AND status_id = 'TO_BE_ANALYZED';

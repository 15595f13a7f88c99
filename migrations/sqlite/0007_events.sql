-- What Empego's event queue delivered (empego-api.md §6.1): each event once, however often it comes.
CREATE TABLE queue_events (
    event_id        TEXT PRIMARY KEY NOT NULL,
    event_type      TEXT NOT NULL,
    -- When Empego says that it happened, and when it first came here.
    happened_at     INTEGER NOT NULL,
    received_at     INTEGER NOT NULL,
    -- How often it came.
    deliveries      INTEGER NOT NULL,
    -- What it is about, and where that stands (model::status::EmpegoStatus as JSON); NULL = it is about nothing known.
    empego_key      TEXT,
    metadata        TEXT,
    status          TEXT,
    -- Whom it was applied to; NULL = it waits for its consultation, or is of a type that nobody knows.
    consultation_id TEXT,
    -- What an event of an unknown type says, sealed under DESK_SECRET.
    body            BLOB
) STRICT, WITHOUT ROWID;

-- What waits for a consultation of that key.
CREATE INDEX queue_events_waiting ON queue_events (empego_key) WHERE consultation_id IS NULL AND empego_key IS NOT NULL;
CREATE INDEX queue_events_of ON queue_events (consultation_id) WHERE consultation_id IS NOT NULL;
CREATE INDEX queue_events_unknown ON queue_events (event_type, received_at) WHERE empego_key IS NULL;
CREATE INDEX queue_events_by_age ON queue_events (received_at);

-- The first moments of the two sources (State::reported_at, State::confirmed_at): where they disagree, somebody must see it.
ALTER TABLE consultations ADD COLUMN reported_at INTEGER;
ALTER TABLE consultations ADD COLUMN confirmed_at INTEGER;

UPDATE consultations SET
    reported_at = (SELECT min(t.happened_at) FROM timeline t
                   WHERE t.consultation_id = consultations.id AND json_extract(t.body, '$.kind') = 'reported'),
    confirmed_at = (SELECT min(t.happened_at) FROM timeline t
                    WHERE t.consultation_id = consultations.id AND json_extract(t.body, '$.kind') = 'status'
                      AND json_extract(t.body, '$.status.id') IN ('TO_BE_ANALYZED', 'IN_PROGRESS', 'DONE', 'ARCHIVED'));
UPDATE consultations SET state = json_set(state, '$.reported_at', reported_at, '$.confirmed_at', confirmed_at);

CREATE INDEX consultations_unconfirmed ON consultations (site_id, id, reported_at) WHERE delivery = 'answered-reported';
CREATE INDEX consultations_unreported ON consultations (site_id, id, confirmed_at)
    WHERE delivery = 'answered-confirmed' AND reported_at IS NULL AND status_id = 'TO_BE_ANALYZED';

-- ARCHIVED proves no answer. As in SQLite.

-- When the patient answered, by Empego's word; NULL where the event does not say.
ALTER TABLE queue_events ADD COLUMN answered_at BIGINT;

DROP INDEX follow_ups_open;
CREATE INDEX follow_ups_open ON consultations (site_id, due_on, id)
    WHERE due_on IS NOT NULL AND delivery <> 'cancelled' AND (delivery = 'expired-at-empego'
          OR coalesce(status_id, '') NOT IN ('DONE', 'ARCHIVED', 'CANCELLED'));

CREATE TABLE state_version (
    only_row BIGINT PRIMARY KEY CHECK (only_row = 1),
    version  BIGINT NOT NULL
);

INSERT INTO state_version (only_row, version) VALUES (1, 1);

-- ARCHIVED proves no answer: Empego's application archives what expired unanswered too.

-- When the patient answered, by Empego's word; NULL where the event does not say.
ALTER TABLE queue_events ADD COLUMN answered_at INTEGER;

-- A follow-up that is over at Empego unanswered is still open here.
DROP INDEX follow_ups_open;
CREATE INDEX follow_ups_open ON consultations (site_id, due_on, id)
    WHERE due_on IS NOT NULL AND delivery <> 'cancelled' AND (delivery = 'expired-at-empego'
          OR coalesce(status_id, '') NOT IN ('DONE', 'ARCHIVED', 'CANCELLED'));

-- Which version of the lifecycle's rules wrote the states of consultations.
CREATE TABLE state_version (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    version  INTEGER NOT NULL
) STRICT;

INSERT INTO state_version (only_row, version) VALUES (1, 1);

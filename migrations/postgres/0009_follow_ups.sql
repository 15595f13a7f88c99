-- Follow-ups: consultations that are meant for a day. As in SQLite.
ALTER TABLE consultations ADD COLUMN due_on TEXT COLLATE "C";
ALTER TABLE consultations ADD COLUMN reason TEXT COLLATE "C";
ALTER TABLE consultations ADD COLUMN place BIGINT;
ALTER TABLE consultations ADD COLUMN places BIGINT;
ALTER TABLE consultations ADD COLUMN follows TEXT COLLATE "C";

CREATE INDEX follow_ups_by_day ON consultations (site_id, due_on, id) WHERE due_on IS NOT NULL;
CREATE INDEX follow_ups_open ON consultations (site_id, due_on, id)
    WHERE due_on IS NOT NULL AND delivery <> 'cancelled' AND coalesce(status_id, '') NOT IN ('DONE', 'ARCHIVED', 'CANCELLED');
CREATE INDEX follow_ups_done ON consultations (site_id, due_on, id)
    WHERE due_on IS NOT NULL AND status_id IN ('DONE', 'ARCHIVED');
CREATE INDEX follow_ups_of ON consultations (follows) WHERE follows IS NOT NULL;

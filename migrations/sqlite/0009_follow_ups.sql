-- A follow-up is a consultation that is meant for a day: the same call, link, history and lifecycle. NULL = it is none.
-- YYYY-MM-DD, in the clinic's time zone.
ALTER TABLE consultations ADD COLUMN due_on TEXT;
-- What it is about, in a clinician's words.
ALTER TABLE consultations ADD COLUMN reason TEXT;
-- Which one of how many, where it repeats.
ALTER TABLE consultations ADD COLUMN place INTEGER;
ALTER TABLE consultations ADD COLUMN places INTEGER;
-- The consultation that it follows; NULL = none of this desk, or it was removed at the end of its retention.
ALTER TABLE consultations ADD COLUMN follows TEXT;

-- The list and the week are one site's, by day. The list's SQL repeats the words of these conditions.
CREATE INDEX follow_ups_by_day ON consultations (site_id, due_on, id) WHERE due_on IS NOT NULL;
CREATE INDEX follow_ups_open ON consultations (site_id, due_on, id)
    WHERE due_on IS NOT NULL AND delivery <> 'cancelled' AND coalesce(status_id, '') NOT IN ('DONE', 'ARCHIVED', 'CANCELLED');
CREATE INDEX follow_ups_done ON consultations (site_id, due_on, id)
    WHERE due_on IS NOT NULL AND status_id IN ('DONE', 'ARCHIVED');
CREATE INDEX follow_ups_of ON consultations (follows) WHERE follows IS NOT NULL;

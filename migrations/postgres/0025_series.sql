-- The first record of the series that a follow-up belongs to; NULL = it does not repeat.
ALTER TABLE consultations ADD COLUMN series TEXT COLLATE "C";
CREATE INDEX follow_ups_of_series ON consultations (series) WHERE series IS NOT NULL;

UPDATE consultations SET series = id WHERE place = 1;

-- The rules are those of the SQLite file. left(text, -33) leaves out the last 33 characters. substr() with a negative length is
-- an error here, and conditions are not evaluated in the order in which they are written.
UPDATE consultations SET series = coalesce(
    (SELECT f.id FROM consultations f
     WHERE f.site_id = consultations.site_id AND f.patient_id = consultations.patient_id
       AND f.place = 1 AND f.places = consultations.places AND length(consultations.request_id) > 33
       AND f.request_id = left(consultations.request_id, -33)),
    (SELECT CASE WHEN count(*) = 1 THEN max(f.id) END FROM consultations f
     WHERE f.site_id = consultations.site_id AND f.patient_id = consultations.patient_id
       AND f.place = 1 AND f.places = consultations.places AND length(f.request_id) > 33
       AND length(f.request_id) = length(consultations.request_id)
       AND left(consultations.request_id, -32) = left(f.request_id, -32)))
WHERE place > 1;

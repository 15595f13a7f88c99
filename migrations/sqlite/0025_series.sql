-- The first record of the series that a follow-up belongs to; NULL = it does not repeat.
ALTER TABLE consultations ADD COLUMN series TEXT;
CREATE INDEX follow_ups_of_series ON consultations (series) WHERE series IS NOT NULL;

UPDATE consultations SET series = id WHERE place = 1;

-- The request id of a later one is that of the first, a slash and 32 hexadecimal digits. Where the first one is not
-- there, or has an id beside it (that of the form, a slash and 32 digits), it is taken only if it is the only one.
UPDATE consultations SET series = coalesce(
    (SELECT f.id FROM consultations f
     WHERE f.site_id = consultations.site_id AND f.patient_id = consultations.patient_id
       AND f.place = 1 AND f.places = consultations.places AND length(consultations.request_id) > 33
       AND f.request_id = substr(consultations.request_id, 1, length(consultations.request_id) - 33)),
    (SELECT CASE WHEN count(*) = 1 THEN max(f.id) END FROM consultations f
     WHERE f.site_id = consultations.site_id AND f.patient_id = consultations.patient_id
       AND f.place = 1 AND f.places = consultations.places AND length(f.request_id) > 33
       AND length(f.request_id) = length(consultations.request_id)
       AND substr(consultations.request_id, 1, length(f.request_id) - 32)
           = substr(f.request_id, 1, length(f.request_id) - 32)))
WHERE place > 1;

-- The first record of the series that a follow-up belongs to; NULL = it does not repeat.
ALTER TABLE consultations ADD COLUMN series TEXT;
CREATE INDEX follow_ups_of_series ON consultations (series) WHERE series IS NOT NULL;

UPDATE consultations SET series = id WHERE place = 1;

-- The request ids of one form begin alike: the first one's is that of the form, a slash and 32 hexadecimal digits.
UPDATE consultations SET series = (
    SELECT f.id FROM consultations f
    WHERE f.patient_id = consultations.patient_id AND f.site_id = consultations.site_id
      AND f.place = 1 AND f.places = consultations.places AND length(f.request_id) > 33
      AND substr(consultations.request_id, 1, length(f.request_id) - 32)
          = substr(f.request_id, 1, length(f.request_id) - 32)
    LIMIT 1)
WHERE place > 1;

-- What waits for a consultation that Empego was given the id of: looked for when a create call ends without an answer.
CREATE INDEX queue_events_named ON queue_events (metadata) WHERE consultation_id IS NULL AND empego_key IS NOT NULL;

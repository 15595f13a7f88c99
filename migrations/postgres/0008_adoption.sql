-- Looked for when a create call ends without an answer. As in SQLite.
CREATE INDEX queue_events_named ON queue_events (metadata) WHERE consultation_id IS NULL AND empego_key IS NOT NULL;

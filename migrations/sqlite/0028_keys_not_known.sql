-- What is not created, or not known by its key: key-unread is a creation whose answer could not be read.
DROP INDEX consultations_not_created;
CREATE INDEX consultations_not_created ON consultations (site_id, id)
    WHERE delivery IN ('creating', 'create-failed', 'outcome-unknown', 'key-unread');
-- What waits for an event that brings its key, whatever its delivery is.
CREATE INDEX consultations_without_key ON consultations (id) WHERE empego_key IS NULL;

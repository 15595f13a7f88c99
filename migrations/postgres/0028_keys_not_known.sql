-- What is not created, or not known by its key. As in SQLite.
DROP INDEX consultations_not_created;
CREATE INDEX consultations_not_created ON consultations (site_id, id)
    WHERE delivery IN ('creating', 'create-failed', 'outcome-unknown', 'key-unread');
CREATE INDEX consultations_without_key ON consultations (id) WHERE empego_key IS NULL;

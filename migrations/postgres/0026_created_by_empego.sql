-- What an event says of a record that Empego created by itself (store::EventDetails as JSON); kept while the event waits.
ALTER TABLE queue_events ADD COLUMN details TEXT COLLATE "C";

-- The account of such records. It cannot sign in, and is on no list of accounts.
INSERT INTO staff (id, email, name, password_hash, created_at, disabled_at)
VALUES ('empego', 'empego', 'Empego', '', 0, 0);

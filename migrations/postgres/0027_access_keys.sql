-- Another key that Empego may give for a record.
ALTER TABLE consultations ADD COLUMN access_key TEXT COLLATE "C";

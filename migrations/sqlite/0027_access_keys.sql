-- Another key that Empego may give for a record, as it came: calls can name the record by it.
ALTER TABLE consultations ADD COLUMN access_key TEXT;

-- The type of number that a new consultation's form begins with.
ALTER TABLE sites ADD COLUMN default_identifier TEXT COLLATE "C" NOT NULL DEFAULT 'qc';

CREATE INDEX patients_by_birth ON patients (site_id, date_of_birth);
-- right() is what substr(key, -4) is in SQLite: here a negative start gives the whole text.
CREATE INDEX patient_identifiers_by_ending ON patient_identifiers (site_id, right(key, 4));

-- The type of number that most patients of the site have: the form of a new consultation begins with it.
ALTER TABLE sites ADD COLUMN default_identifier TEXT NOT NULL DEFAULT 'qc';

-- Patients are found by date of birth, and by the four characters of their number that lists show.
CREATE INDEX patients_by_birth ON patients (site_id, date_of_birth);
CREATE INDEX patient_identifiers_by_ending ON patient_identifiers (site_id, substr(key, -4));

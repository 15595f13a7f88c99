-- Finds an undone merge by the patient whose row it had removed. As in SQLite.
CREATE INDEX patient_changes_by_undone ON patient_changes (merged_id) WHERE merged_id IS NOT NULL AND undone_at IS NOT NULL;

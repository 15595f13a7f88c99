-- An undone merge is in the history of both patients: it is found by the one whose row the merge had removed.
CREATE INDEX patient_changes_by_undone ON patient_changes (merged_id) WHERE merged_id IS NOT NULL AND undone_at IS NOT NULL;

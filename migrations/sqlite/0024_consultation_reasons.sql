-- The reasons that a site offers for consultations (model::reason::Reason as a JSON list), and the one that a new
-- consultation begins with; empty for none. What was entered is in consultations.reason, as for follow-ups.
ALTER TABLE sites ADD COLUMN reasons TEXT NOT NULL DEFAULT '[]';
ALTER TABLE sites ADD COLUMN default_reason TEXT NOT NULL DEFAULT '';

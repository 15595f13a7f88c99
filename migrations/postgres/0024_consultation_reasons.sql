-- The reasons that a site offers for consultations (model::reason::Reason as a JSON list), and the default; '' = none.
ALTER TABLE sites ADD COLUMN reasons TEXT COLLATE "C" NOT NULL DEFAULT '[]';
ALTER TABLE sites ADD COLUMN default_reason TEXT COLLATE "C" NOT NULL DEFAULT '';

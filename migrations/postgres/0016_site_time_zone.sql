-- The IANA name of a site's time zone; NULL = the configuration's.
ALTER TABLE sites ADD COLUMN time_zone TEXT COLLATE "C";

-- Changes of consultations, in the order of their commits, for pages that follow them. The newest row
-- always stays, so that no position is ever given twice. Rows of a purged consultation stay until
-- they are a day old: pages have to hear that it is gone.
CREATE TABLE changes (
    position INTEGER PRIMARY KEY NOT NULL,
    site_id TEXT NOT NULL,
    consultation_id TEXT NOT NULL,
    -- In milliseconds (UTC); that of Empego for its events.
    at INTEGER NOT NULL
) STRICT;

-- What is past its retention is announced before it goes. As in SQLite.
CREATE TABLE purge_plans (
    -- The site's id; '' = the audit log.
    subject      TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    announced_at BIGINT NOT NULL,
    before       BIGINT NOT NULL,
    records      BIGINT NOT NULL,
    patients     BIGINT NOT NULL
);

-- A picture in the place of the clinic's name. As in SQLite.
CREATE TABLE logos (
    site_id TEXT COLLATE "C" PRIMARY KEY NOT NULL REFERENCES sites (id),
    -- model::site::LogoKind.
    kind    TEXT COLLATE "C" NOT NULL,
    bytes   BYTEA NOT NULL,
    version TEXT COLLATE "C" NOT NULL
);

-- Password links name their maker, and earlier ones end; accounts are invited to further sites. As in SQLite.
DROP TABLE password_links;

CREATE TABLE password_links (
    staff_id   TEXT COLLATE "C" PRIMARY KEY NOT NULL REFERENCES staff (id),
    -- SHA-256 of the token.
    token_hash BYTEA NOT NULL UNIQUE,
    made_by    TEXT COLLATE "C" NOT NULL REFERENCES staff (id),
    expires_at BIGINT NOT NULL
);

CREATE TABLE invitations (
    staff_id   TEXT COLLATE "C" NOT NULL REFERENCES staff (id),
    site_id    TEXT COLLATE "C" NOT NULL REFERENCES sites (id),
    -- Slugs, separated by spaces.
    roles      TEXT COLLATE "C" NOT NULL,
    invited_by TEXT COLLATE "C" NOT NULL REFERENCES staff (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (staff_id, site_id)
);

CREATE INDEX invitations_by_site ON invitations (site_id);

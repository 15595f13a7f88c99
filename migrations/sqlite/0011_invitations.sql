-- A password link counts only while its maker administers every site of the account, so each names
-- its maker. Links of before do not, and end here: a new one is made in the same place.
DROP TABLE password_links;

CREATE TABLE password_links (
    staff_id   TEXT PRIMARY KEY NOT NULL REFERENCES staff (id),
    -- SHA-256 of the token.
    token_hash BLOB NOT NULL UNIQUE,
    made_by    TEXT NOT NULL REFERENCES staff (id),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Invitations of accounts to further sites. One becomes a membership when the account's owner
-- accepts it.
CREATE TABLE invitations (
    staff_id   TEXT NOT NULL REFERENCES staff (id),
    site_id    TEXT NOT NULL REFERENCES sites (id),
    -- Slugs, separated by spaces.
    roles      TEXT NOT NULL,
    invited_by TEXT NOT NULL REFERENCES staff (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (staff_id, site_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX invitations_by_site ON invitations (site_id);

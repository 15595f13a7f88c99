-- Where a session was made, so that whoever it belongs to can tell it from others.
ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN device TEXT NOT NULL DEFAULT '';

-- Wrong tries to sign in, counted before the password is looked at. In the database, so that several instances count together.
CREATE TABLE sign_in_tries (
    -- SHA-256 of what is tried (an e-mail address, whether it has an account or not) or of where from.
    subject BLOB PRIMARY KEY NOT NULL,
    wrong   INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    -- No try before this moment. 0 = none is barred.
    until   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sign_in_tries_by_age ON sign_in_tries (last_at);

-- Links with which somebody chooses a password: one an account, used once.
CREATE TABLE password_links (
    staff_id   TEXT PRIMARY KEY NOT NULL REFERENCES staff (id),
    -- SHA-256 of the token.
    token_hash BLOB NOT NULL UNIQUE,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Second factors (TOTP, RFC 6238): one an account.
CREATE TABLE factors (
    staff_id   TEXT PRIMARY KEY NOT NULL REFERENCES staff (id),
    -- Sealed under DESK_SECRET.
    secret     TEXT NOT NULL,
    -- The time step of the last code that was taken: neither it nor an older one is taken again.
    last_step  INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What stands in for a lost second factor. A code that was used is gone.
CREATE TABLE recovery_codes (
    staff_id  TEXT NOT NULL REFERENCES factors (staff_id) ON DELETE CASCADE,
    -- SHA-256 of the code.
    code_hash BLOB NOT NULL,
    PRIMARY KEY (staff_id, code_hash)
) STRICT, WITHOUT ROWID;

-- Who an account is at an OpenID Connect provider.
CREATE TABLE identities (
    issuer   TEXT NOT NULL,
    subject  TEXT NOT NULL,
    staff_id TEXT NOT NULL REFERENCES staff (id),
    PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;

CREATE INDEX identities_by_staff ON identities (staff_id);

-- Sessions, attempts to sign in, second factors and identities. As in SQLite.
ALTER TABLE sessions ADD COLUMN address TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN device TEXT COLLATE "C" NOT NULL DEFAULT '';

CREATE TABLE sign_in_tries (
    -- SHA-256 of the e-mail address that is tried, or of the address that it is tried from.
    subject BYTEA PRIMARY KEY NOT NULL,
    wrong   BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    -- No attempt before this moment; 0 = at once.
    until   BIGINT NOT NULL
);

CREATE INDEX sign_in_tries_by_age ON sign_in_tries (last_at);

CREATE TABLE password_links (
    staff_id   TEXT COLLATE "C" PRIMARY KEY NOT NULL REFERENCES staff (id),
    -- SHA-256 of the token.
    token_hash BYTEA NOT NULL UNIQUE,
    expires_at BIGINT NOT NULL
);

CREATE TABLE factors (
    staff_id   TEXT COLLATE "C" PRIMARY KEY NOT NULL REFERENCES staff (id),
    -- Sealed under DESK_SECRET.
    secret     TEXT COLLATE "C" NOT NULL,
    last_step  BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE recovery_codes (
    staff_id  TEXT COLLATE "C" NOT NULL REFERENCES factors (staff_id) ON DELETE CASCADE,
    -- SHA-256 of the code.
    code_hash BYTEA NOT NULL,
    PRIMARY KEY (staff_id, code_hash)
);

CREATE TABLE identities (
    issuer   TEXT COLLATE "C" NOT NULL,
    subject  TEXT COLLATE "C" NOT NULL,
    staff_id TEXT COLLATE "C" NOT NULL REFERENCES staff (id),
    PRIMARY KEY (issuer, subject)
);

CREATE INDEX identities_by_staff ON identities (staff_id);

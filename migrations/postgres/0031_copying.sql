CREATE TABLE copying (
    only_row BIGINT PRIMARY KEY CHECK (only_row = 1),
    number   BIGINT NOT NULL,
    hash     BYTEA NOT NULL
);

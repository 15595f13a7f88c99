-- One row that the readiness check writes: a disk that is full or read-only refuses it.
CREATE TABLE readiness (
    only_row   INTEGER PRIMARY KEY CHECK (only_row = 1),
    -- Milliseconds (UTC).
    checked_at INTEGER NOT NULL
) STRICT;

INSERT INTO readiness (only_row, checked_at) VALUES (1, 0);

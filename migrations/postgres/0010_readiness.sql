-- One row that the readiness check writes: a server that is read-only, or whose disk is full, refuses it.
CREATE TABLE readiness (
    only_row   BIGINT PRIMARY KEY CHECK (only_row = 1),
    -- Milliseconds (UTC).
    checked_at BIGINT NOT NULL
);

INSERT INTO readiness (only_row, checked_at) VALUES (1, 0);

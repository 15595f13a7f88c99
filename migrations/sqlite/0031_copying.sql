-- A copy from another database into this one that is not finished: no desk serves from it. With the newest row of the other
-- one's audit log, so that the copy goes on only from a database that has not changed since.
CREATE TABLE copying (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    number   INTEGER NOT NULL,
    hash     BLOB NOT NULL
) STRICT;

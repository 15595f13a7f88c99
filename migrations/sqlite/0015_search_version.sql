-- Which version of the desk's folding of names wrote the search index.
CREATE TABLE search_version (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    version  INTEGER NOT NULL
) STRICT;

INSERT INTO search_version (only_row, version) VALUES (1, 1);

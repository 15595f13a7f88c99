-- What stands on the patients' page in the place of the clinic's name. A table of its own: sites are read with every
-- request, pictures are not.

CREATE TABLE logos (
    site_id TEXT PRIMARY KEY NOT NULL REFERENCES sites (id),
    -- model::site::LogoKind.
    kind    TEXT NOT NULL,
    bytes   BLOB NOT NULL,
    -- The beginning of the SHA-256 of the bytes, in hexadecimal: the address changes with the picture.
    version TEXT NOT NULL
) STRICT;

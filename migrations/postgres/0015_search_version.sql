-- Which version of the desk's folding of names wrote patient_words.
CREATE TABLE search_version (
    only_row BIGINT PRIMARY KEY CHECK (only_row = 1),
    version  BIGINT NOT NULL
);

INSERT INTO search_version (only_row, version) VALUES (1, 1);

-- What is written now and then to see whether the database takes writes.
CREATE TABLE probes (
    id     INTEGER PRIMARY KEY,
    filler TEXT NOT NULL
);

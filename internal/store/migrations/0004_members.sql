-- The processes of an installation that others ask things: where each is, what
-- roles it runs, and which accounts' views it has complete. One without a
-- fresh beat is dead.
CREATE TABLE members (
    id      TEXT PRIMARY KEY CHECK (id <> ''),
    address TEXT NOT NULL,
    roles   TEXT NOT NULL DEFAULT '',
    ready   TEXT NOT NULL DEFAULT '[]',
    beat_at BIGINT NOT NULL
);

-- What the processes of an installation agree on.
CREATE TABLE installation (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- Cloud accounts that were added while running. The body has no secrets: they
-- are in a column of their own, encrypted by who saves them. The history is in
-- revisions, without secrets.
CREATE TABLE account_definitions (
    name       TEXT PRIMARY KEY CHECK (name <> ''),
    type       TEXT NOT NULL CHECK (type <> ''),
    create_ts  BIGINT NOT NULL,
    update_ts  BIGINT NOT NULL,
    updated_by TEXT NOT NULL DEFAULT '',
    version    BIGINT NOT NULL CHECK (version > 0),
    body       TEXT NOT NULL,
    secrets    TEXT NOT NULL DEFAULT ''
);
CREATE INDEX account_definitions_type ON account_definitions (type, name);

-- What agents in clusters show who they are with; only a hash is kept.
CREATE TABLE agent_tokens (
    id         TEXT PRIMARY KEY CHECK (id <> ''),
    account    TEXT NOT NULL CHECK (account <> ''),
    hash       TEXT NOT NULL UNIQUE CHECK (hash <> ''),
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL DEFAULT '',
    used_at    BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX agent_tokens_account ON agent_tokens (account);

-- Which process each agent is connected to. A row without a fresh sight, or
-- that is not open, tells only when the agent was there last.
CREATE TABLE agent_connections (
    account      TEXT NOT NULL CHECK (account <> ''),
    process_id   TEXT NOT NULL CHECK (process_id <> ''),
    address      TEXT NOT NULL,
    version      TEXT NOT NULL DEFAULT '',
    remote       TEXT NOT NULL DEFAULT '',
    connected_at BIGINT NOT NULL,
    seen_at      BIGINT NOT NULL,
    is_open      BOOLEAN NOT NULL,
    PRIMARY KEY (account, process_id)
);

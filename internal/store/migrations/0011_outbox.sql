-- What has to leave the installation because of something that was changed in the
-- same transaction. Each row has a River job that delivers it.
CREATE TABLE outbox (
    id         TEXT PRIMARY KEY CHECK (id <> ''),
    kind       TEXT NOT NULL CHECK (kind <> ''),
    topic      TEXT NOT NULL,
    payload    TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'dead')),
    attempts   INTEGER NOT NULL DEFAULT 0,
    error      TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    -- queued_at is when it was added, or put back by an operator: its age counts from then.
    queued_at  BIGINT NOT NULL,
    ended_at   BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX outbox_state ON outbox (state, queued_at);

-- Machine images that are baked, or were.
CREATE TABLE image_bakes (
    id          TEXT PRIMARY KEY CHECK (id <> ''),
    -- bake_key is a hash of all that the image depends on.
    bake_key    TEXT NOT NULL,
    provider    TEXT NOT NULL,
    region      TEXT NOT NULL,
    -- request is what was asked for, and image what was made of it; both are JSON.
    request     TEXT NOT NULL,
    image       TEXT NOT NULL DEFAULT '',
    image_name  TEXT NOT NULL DEFAULT '',
    -- state is Rosco's: RUNNING, COMPLETED, CANCELED. A bake that failed is COMPLETED,
    -- and failure says why.
    state       TEXT NOT NULL,
    failure     TEXT NOT NULL DEFAULT '',
    -- reusable is 0 if later bakes with this key must not use it.
    reusable    INTEGER NOT NULL DEFAULT 1,
    -- machine builds it, and has until lease_until, in milliseconds since the epoch; ''
    -- if none does yet. attempt counts the times that it was started.
    machine     TEXT NOT NULL DEFAULT '',
    lease_until BIGINT NOT NULL DEFAULT 0,
    attempt     INTEGER NOT NULL DEFAULT 0,
    log_bytes   BIGINT NOT NULL DEFAULT 0,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL
);
-- Of bakes with one key, one runs.
CREATE UNIQUE INDEX image_bakes_running ON image_bakes (bake_key) WHERE state = 'RUNNING';
CREATE INDEX image_bakes_key ON image_bakes (bake_key, created_at);
CREATE INDEX image_bakes_state ON image_bakes (state, updated_at);

-- Who waits for a bake; one that nobody waits for any more is canceled.
CREATE TABLE image_bake_waiters (
    bake_id TEXT NOT NULL,
    waiter  TEXT NOT NULL,
    PRIMARY KEY (bake_id, waiter)
);

-- Logs, in parts that begin at a byte of them.
CREATE TABLE image_bake_logs (
    bake_id TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    at_byte BIGINT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (bake_id, attempt, at_byte)
);

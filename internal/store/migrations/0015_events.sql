-- What happened that pipelines may be started by, and what was decided on each trigger
-- that listens to it.
CREATE TABLE events (
    id          TEXT PRIMARY KEY CHECK (id <> ''),
    type        TEXT NOT NULL,
    source      TEXT NOT NULL,
    -- dedup_key is the same for each delivery of the same event; NULL if nothing tells repeats.
    dedup_key   TEXT UNIQUE,
    digest      TEXT NOT NULL DEFAULT '',
    received_at BIGINT NOT NULL,
    -- deliveries counts how often it came.
    deliveries  INTEGER NOT NULL DEFAULT 1,
    looked      INTEGER NOT NULL DEFAULT 0,
    started     INTEGER NOT NULL DEFAULT 0,
    replay_of   TEXT NOT NULL DEFAULT '',
    body        TEXT NOT NULL
);
CREATE INDEX events_received ON events (received_at);

CREATE TABLE event_decisions (
    event_id     TEXT NOT NULL REFERENCES events (id) ON DELETE CASCADE,
    n            INTEGER NOT NULL,
    pipeline_id  TEXT NOT NULL,
    application  TEXT NOT NULL,
    outcome      TEXT NOT NULL,
    execution_id TEXT NOT NULL DEFAULT '',
    body         TEXT NOT NULL,
    PRIMARY KEY (event_id, n)
);
CREATE INDEX event_decisions_pipeline ON event_decisions (pipeline_id, event_id);
CREATE INDEX event_decisions_application ON event_decisions (application, event_id);

-- What the triggers of stored pipelines listen to, so that an event looks at no others.
CREATE TABLE trigger_keys (
    key         TEXT NOT NULL,
    pipeline_id TEXT NOT NULL,
    PRIMARY KEY (key, pipeline_id)
);
CREATE INDEX trigger_keys_pipeline ON trigger_keys (pipeline_id);

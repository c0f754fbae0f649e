-- When the cron triggers of stored pipelines fire. A row is written in the transaction
-- that saves its pipeline, and moved forward in the one that takes a tick.
CREATE TABLE schedules (
    pipeline_id TEXT NOT NULL CHECK (pipeline_id <> ''),
    -- trigger_key tells the triggers of a pipeline apart: an id, or a place.
    trigger_key TEXT NOT NULL,
    -- expression is as it was written, and zone the name of the time zone it goes by.
    expression  TEXT NOT NULL,
    zone        TEXT NOT NULL,
    -- document tells which trigger it is.
    document    TEXT NOT NULL,
    -- due_at is the next tick, and last_at the last one that was taken; 0 for none. Times
    -- are in milliseconds since the epoch.
    due_at      BIGINT NOT NULL DEFAULT 0,
    last_at     BIGINT NOT NULL DEFAULT 0,
    -- missed_from and missed_to are the first tick that was last left out, and when it was
    -- noticed.
    missed_from BIGINT NOT NULL DEFAULT 0,
    missed_to   BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (pipeline_id, trigger_key)
);
CREATE INDEX schedules_due ON schedules (due_at) WHERE due_at > 0;

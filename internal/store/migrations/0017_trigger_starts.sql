-- summary says in a few words what an event is about; events from before have none.
ALTER TABLE events ADD COLUMN summary TEXT NOT NULL DEFAULT '';

-- What each trigger of a pipeline started last. It outlives the event.
CREATE TABLE trigger_starts (
    pipeline_id  TEXT NOT NULL,
    -- trigger_key tells the triggers of a pipeline apart.
    trigger_key  TEXT NOT NULL,
    event_id     TEXT NOT NULL,
    execution_id TEXT NOT NULL,
    started_at   BIGINT NOT NULL,
    PRIMARY KEY (pipeline_id, trigger_key)
);

-- What stages remember privately, which nothing but their own tasks reads. It
-- has a table of its own so that no query of stages can touch it.
CREATE TABLE execution_stage_states (
    execution_id TEXT NOT NULL,
    stage_id     TEXT NOT NULL,
    version      BIGINT NOT NULL,
    data         $bytes NOT NULL,
    PRIMARY KEY (execution_id, stage_id),
    FOREIGN KEY (execution_id, stage_id) REFERENCES execution_stages (execution_id, id) ON DELETE CASCADE
);

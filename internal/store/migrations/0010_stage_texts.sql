-- What the expressions of a stage were before they were evaluated, for when the stage
-- is restarted.
CREATE TABLE execution_stage_texts (
    execution_id TEXT NOT NULL,
    stage_id     TEXT NOT NULL,
    name         TEXT NOT NULL,
    data         $bytes NOT NULL,
    PRIMARY KEY (execution_id, stage_id, name),
    FOREIGN KEY (execution_id, stage_id) REFERENCES execution_stages (execution_id, id) ON DELETE CASCADE
);

-- What functions in expressions, such as #fromUrl, have got from outside for a
-- stage that runs; '' is the execution as a whole. The question is a hash.
CREATE TABLE expression_answers (
    execution_id TEXT NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
    stage_id     TEXT NOT NULL,
    question     TEXT NOT NULL CHECK (question <> ''),
    body         TEXT NOT NULL,
    PRIMARY KEY (execution_id, stage_id, question)
);

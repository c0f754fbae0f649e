-- What runs of pipelines are known by: a number that counts the pipeline's runs, and
-- the words that a search finds them by.
CREATE TABLE execution_labels (
    execution_seq $bigint PRIMARY KEY REFERENCES executions (seq) ON DELETE CASCADE,
    number        BIGINT NOT NULL,
    words         TEXT NOT NULL DEFAULT ''
);

-- The number of each pipeline's last run. It outlives the run, so that no number is
-- given twice.
CREATE TABLE pipeline_counters (
    pipeline_config_id TEXT PRIMARY KEY,
    last               BIGINT NOT NULL
);

INSERT INTO execution_labels (execution_seq, number)
SELECT seq, ROW_NUMBER() OVER (PARTITION BY pipeline_config_id ORDER BY build_time, seq)
FROM executions WHERE type = 'PIPELINE' AND pipeline_config_id IS NOT NULL;

INSERT INTO pipeline_counters (pipeline_config_id, last)
SELECT pipeline_config_id, COUNT(*) FROM executions
WHERE type = 'PIPELINE' AND pipeline_config_id IS NOT NULL GROUP BY pipeline_config_id;

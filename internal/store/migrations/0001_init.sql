-- One schema for SQLite and PostgreSQL. $seq and $serial are the database's
-- self-numbering primary keys (the latter never gives a number twice), $bigint
-- is what refers to one. Times are milliseconds since the epoch.

CREATE TABLE applications (
    name       TEXT PRIMARY KEY CHECK (name <> '' AND name = lower(name)),
    email      TEXT NOT NULL DEFAULT '',
    create_ts  BIGINT NOT NULL,
    update_ts  BIGINT NOT NULL,
    updated_by TEXT NOT NULL DEFAULT '',
    version    BIGINT NOT NULL CHECK (version > 0),
    body       TEXT NOT NULL
);

CREATE TABLE pipelines (
    id          TEXT PRIMARY KEY CHECK (id <> ''),
    kind        TEXT NOT NULL CHECK (kind IN ('pipeline', 'strategy')),
    application TEXT NOT NULL CHECK (application <> '' AND application = lower(application)),
    name        TEXT NOT NULL CHECK (name <> ''),
    name_key    TEXT NOT NULL CHECK (name_key <> ''),
    idx         BIGINT NOT NULL,
    disabled    BOOLEAN NOT NULL DEFAULT FALSE,
    update_ts   BIGINT NOT NULL,
    updated_by  TEXT NOT NULL DEFAULT '',
    version     BIGINT NOT NULL CHECK (version > 0),
    body        TEXT NOT NULL
);
CREATE UNIQUE INDEX pipelines_name ON pipelines (application, kind, name_key);

-- Everything else that is saved whole: projects, notifications, templates.
CREATE TABLE documents (
    kind        TEXT NOT NULL CHECK (kind <> ''),
    id          TEXT NOT NULL CHECK (id <> ''),
    application TEXT NOT NULL DEFAULT '',
    name        TEXT NOT NULL DEFAULT '',
    update_ts   BIGINT NOT NULL,
    updated_by  TEXT NOT NULL DEFAULT '',
    version     BIGINT NOT NULL CHECK (version > 0),
    body        TEXT NOT NULL,
    PRIMARY KEY (kind, id)
);
CREATE INDEX documents_application ON documents (kind, application, name);

-- What every save and delete of the tables above left behind; it outlives the
-- thing itself. A deletion keeps the last body.
CREATE TABLE revisions (
    kind        TEXT NOT NULL,
    id          TEXT NOT NULL,
    version     BIGINT NOT NULL CHECK (version > 0),
    application TEXT NOT NULL DEFAULT '',
    deleted     BOOLEAN NOT NULL DEFAULT FALSE,
    update_ts   BIGINT NOT NULL,
    updated_by  TEXT NOT NULL DEFAULT '',
    body        TEXT NOT NULL,
    PRIMARY KEY (kind, id, version)
);

-- The small, often changed part of an execution; its document is beside it.
-- The runner's advance job moves an execution on; on a crash the job runs
-- again.
CREATE TABLE executions (
    seq                 $seq,
    id                  TEXT NOT NULL UNIQUE CHECK (id <> ''),
    type                TEXT NOT NULL CHECK (type IN ('PIPELINE', 'ORCHESTRATION')),
    application         TEXT NOT NULL,
    name                TEXT NOT NULL DEFAULT '',
    pipeline_config_id  TEXT CHECK (pipeline_config_id <> ''),
    status              TEXT NOT NULL CHECK (status IN ('NOT_STARTED', 'RUNNING', 'PAUSED', 'SUSPENDED',
                            'SUCCEEDED', 'FAILED_CONTINUE', 'TERMINAL', 'CANCELED', 'REDIRECT', 'STOPPED',
                            'SKIPPED', 'BUFFERED')),
    canceled            BOOLEAN NOT NULL DEFAULT FALSE,
    build_time          BIGINT NOT NULL DEFAULT 0,
    start_time          BIGINT NOT NULL DEFAULT 0,
    end_time            BIGINT NOT NULL DEFAULT 0,
    trigger_type        TEXT NOT NULL DEFAULT '',
    event_id            TEXT CHECK (event_id <> ''),
    correlation_id      TEXT CHECK (correlation_id <> ''),
    parent_execution_id TEXT CHECK (parent_execution_id <> ''),
    user_name           TEXT NOT NULL DEFAULT '',
    queued              BOOLEAN NOT NULL DEFAULT FALSE,
    wake                BIGINT NOT NULL DEFAULT 0,
    job_id              BIGINT NOT NULL DEFAULT 0,
    runtime             TEXT
);
CREATE INDEX executions_application ON executions (application, type, build_time, seq);
CREATE INDEX executions_config ON executions (pipeline_config_id, build_time, seq)
    WHERE pipeline_config_id IS NOT NULL;
CREATE INDEX executions_configs_of ON executions (application, pipeline_config_id)
    WHERE pipeline_config_id IS NOT NULL;
CREATE INDEX executions_time ON executions (build_time, seq);
CREATE UNIQUE INDEX executions_correlation ON executions (type, correlation_id)
    WHERE correlation_id IS NOT NULL;
CREATE INDEX executions_event ON executions (event_id) WHERE event_id IS NOT NULL;
CREATE INDEX executions_parent ON executions (parent_execution_id) WHERE parent_execution_id IS NOT NULL;
CREATE INDEX executions_active ON executions (application, type, build_time, seq)
    WHERE status IN ('NOT_STARTED', 'RUNNING', 'PAUSED', 'SUSPENDED', 'BUFFERED');
CREATE INDEX executions_running ON executions (pipeline_config_id) WHERE status = 'RUNNING';
CREATE INDEX executions_waiting ON executions (pipeline_config_id, seq) WHERE status = 'NOT_STARTED';

-- An execution's document without its stages.
CREATE TABLE execution_headers (
    execution_seq $bigint PRIMARY KEY REFERENCES executions (seq) ON DELETE CASCADE,
    body          TEXT NOT NULL
);

CREATE TABLE execution_stages (
    execution_id    TEXT NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
    id              TEXT NOT NULL CHECK (id <> ''),
    seq             BIGINT NOT NULL,
    ref_id          TEXT NOT NULL DEFAULT '',
    type            TEXT NOT NULL DEFAULT '',
    status          TEXT NOT NULL CHECK (status IN ('NOT_STARTED', 'RUNNING', 'PAUSED', 'SUSPENDED',
                        'SUCCEEDED', 'FAILED_CONTINUE', 'TERMINAL', 'CANCELED', 'REDIRECT', 'STOPPED',
                        'SKIPPED', 'BUFFERED')),
    parent_stage_id TEXT NOT NULL DEFAULT '',
    owner           TEXT NOT NULL DEFAULT '' CHECK (owner IN ('', 'STAGE_BEFORE', 'STAGE_AFTER')),
    body            TEXT NOT NULL,
    PRIMARY KEY (execution_id, id)
);

-- What a person or another execution asks of an execution; the advance job
-- that has acted on a signal deletes it.
CREATE TABLE signals (
    id           $serial,
    execution_id TEXT NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
    kind         TEXT NOT NULL CHECK (kind <> ''),
    user_name    TEXT NOT NULL DEFAULT '',
    payload      TEXT,
    created_at   BIGINT NOT NULL
);
CREATE INDEX signals_execution ON signals (execution_id, id);

-- One row per process that works on jobs; a row without a fresh beat means
-- that the process is dead and its jobs are anyone's.
CREATE TABLE processes (
    id         TEXT PRIMARY KEY CHECK (id <> ''),
    info       TEXT NOT NULL DEFAULT '',
    started_at BIGINT NOT NULL,
    beat_at    BIGINT NOT NULL
);

-- What is done every so often by one process at a time: when it is due next,
-- and which process is at it. A dead process's is taken over.
CREATE TABLE periodic (
    name       TEXT PRIMARY KEY CHECK (name <> ''),
    next_at    BIGINT NOT NULL,
    process_id TEXT NOT NULL DEFAULT ''
);

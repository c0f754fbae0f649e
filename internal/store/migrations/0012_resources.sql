-- What is to be kept as somebody wants it, for ever: the wanted state (spec), the state
-- that was found (status, conditions), and the work of making one of the other.
CREATE TABLE resources (
    kind                  TEXT NOT NULL CHECK (kind <> ''),
    name                  TEXT NOT NULL CHECK (name <> ''),
    application           TEXT NOT NULL DEFAULT '',
    workspace             TEXT NOT NULL DEFAULT '',
    spec                  TEXT NOT NULL,
    -- generation counts the changes of the spec.
    generation            BIGINT NOT NULL CHECK (generation > 0),
    status                TEXT NOT NULL DEFAULT '{}',
    conditions            TEXT NOT NULL DEFAULT '[]',
    observed_generation   BIGINT NOT NULL DEFAULT 0 CHECK (observed_generation <= generation),
    -- version counts all changes of what stands above.
    version               BIGINT NOT NULL CHECK (version > 0),
    created_at            BIGINT NOT NULL,
    updated_at            BIGINT NOT NULL,
    deletion_requested_at BIGINT NOT NULL DEFAULT 0,
    -- due_at is when to look at it again, by the database's clock, and pause how long
    -- before that it was decided.
    due_at                BIGINT NOT NULL,
    pause                 BIGINT NOT NULL DEFAULT 0,
    -- wakes counts the calls to look at it at once: one that comes during the work on it
    -- is seen by the number.
    wakes                 BIGINT NOT NULL DEFAULT 0,
    failures              INTEGER NOT NULL DEFAULT 0,
    -- owner is the process that is at work on it, '' for none, and fence counts the times
    -- that it was taken up. A process that is not in processes owns nothing.
    owner                 TEXT NOT NULL DEFAULT '',
    fence                 BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, name)
);
CREATE INDEX resources_due ON resources (kind, due_at) WHERE owner = '';
CREATE INDEX resources_owner ON resources (owner) WHERE owner <> '';
CREATE INDEX resources_application ON resources (application, kind) WHERE application <> '';

-- The contents of artifacts that are too large for executions, by their hash.
CREATE TABLE artifact_contents (
    application    TEXT NOT NULL CHECK (application <> ''),
    -- hash is the SHA-256 of the content in base64, in hexadecimal.
    hash           TEXT NOT NULL CHECK (length(hash) = 64),
    -- content is compressed; NULL if it is in the bucket.
    content        $bytes,
    -- size is how many bytes the content has, before compression.
    size           BIGINT NOT NULL,
    -- secret tells that it holds Secrets.
    secret         BOOLEAN NOT NULL DEFAULT FALSE,
    -- kept tells that the content is known to be in the bucket.
    kept           BOOLEAN NOT NULL DEFAULT FALSE,
    -- dropped_by deletes it from the bucket, and has until dropped_until, in milliseconds
    -- since the epoch.
    dropped_by     TEXT NOT NULL DEFAULT '',
    dropped_until  BIGINT NOT NULL DEFAULT 0,
    -- stored_at is when it was stored last, in milliseconds since the epoch.
    stored_at      BIGINT NOT NULL,
    PRIMARY KEY (application, hash)
);
CREATE INDEX artifact_contents_stored ON artifact_contents (stored_at);

-- What refers to them. A content that is referred to stays.
CREATE TABLE artifact_uses (
    execution_id TEXT NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
    application  TEXT NOT NULL,
    hash         TEXT NOT NULL,
    PRIMARY KEY (execution_id, application, hash),
    FOREIGN KEY (application, hash) REFERENCES artifact_contents (application, hash)
);
CREATE INDEX artifact_uses_content ON artifact_uses (application, hash);

CREATE TABLE artifact_pipeline_uses (
    pipeline_id  TEXT NOT NULL REFERENCES pipelines (id) ON DELETE CASCADE,
    application  TEXT NOT NULL,
    hash         TEXT NOT NULL,
    PRIMARY KEY (pipeline_id, application, hash),
    FOREIGN KEY (application, hash) REFERENCES artifact_contents (application, hash)
);
CREATE INDEX artifact_pipeline_uses_content ON artifact_pipeline_uses (application, hash);

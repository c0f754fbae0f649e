-- The webhooks that were created at Git hosts.
CREATE TABLE git_hooks (
    id              TEXT PRIMARY KEY CHECK (id <> ''),
    -- host is the address of the Git host, path names the repository in its API, and source
    -- is what triggers call the host. A repository has one webhook of each source.
    host            TEXT NOT NULL,
    path            TEXT NOT NULL,
    source          TEXT NOT NULL,
    -- repository_key is what triggers listen to that are about this repository.
    repository_key  TEXT NOT NULL,
    project         TEXT NOT NULL,
    slug            TEXT NOT NULL,
    -- application is whose triggers it was created for, account_type and account what it was
    -- created with.
    application     TEXT NOT NULL,
    account_type    TEXT NOT NULL,
    account         TEXT NOT NULL,
    -- remote_id is the host's id of the webhook; '' until the host has created it.
    remote_id       TEXT NOT NULL DEFAULT '',
    url             TEXT NOT NULL DEFAULT '',
    -- secret is what the host signs with, encrypted.
    secret          TEXT NOT NULL,
    created_at      BIGINT NOT NULL,
    created_by      TEXT NOT NULL DEFAULT '',
    UNIQUE (host, path, source)
);
CREATE INDEX git_hooks_repository ON git_hooks (repository_key);

-- What was seen of the registries and chart repositories that triggers listen to. A source
-- is an account: docker/NAME or helm/NAME.
CREATE TABLE registry_repositories (
    source    TEXT NOT NULL CHECK (source <> ''),
    name      TEXT NOT NULL,
    -- id stands for the two in what is kept of each tag.
    id        BIGINT NOT NULL UNIQUE,
    -- looked_at is when it was looked at last, in milliseconds since the epoch; 0 if it is
    -- to be looked at as soon as can be.
    looked_at BIGINT NOT NULL DEFAULT 0,
    -- filled is 1 once all that was there at first is noted: what comes after that is new.
    filled    INTEGER NOT NULL DEFAULT 0,
    -- validator tells the server which of its answers is known.
    validator TEXT NOT NULL DEFAULT '',
    problem   TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (source, name)
);

CREATE TABLE registry_tags (
    repository_id BIGINT NOT NULL,
    -- tag is a tag, or a chart with its version.
    tag           TEXT NOT NULL,
    -- digest is what it stood for when it was asked last; '' if it never was.
    digest        TEXT NOT NULL DEFAULT '',
    -- changes counts the digests that it has had since it was first seen.
    changes       INTEGER NOT NULL DEFAULT 0,
    checked_at    BIGINT NOT NULL DEFAULT 0,
    -- gone_at is when it was found missing; 0 while it is there.
    gone_at       BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (repository_id, tag)
);

-- What registries have told of that wasn't looked at yet.
CREATE TABLE registry_hints (
    source      TEXT NOT NULL CHECK (source <> ''),
    repository  TEXT NOT NULL,
    tag         TEXT NOT NULL,
    -- proven is 1 if the sender knows the account's secret.
    proven      INTEGER NOT NULL DEFAULT 0,
    -- n counts how often it was told of, so that one that comes during a look stays.
    n           BIGINT NOT NULL DEFAULT 1,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (source, repository, tag)
);

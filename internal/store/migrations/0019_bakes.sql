-- Manifests that were rendered, by the hash of all that they depend on.
CREATE TABLE bakes (
    key           TEXT PRIMARY KEY CHECK (key <> ''),
    -- manifest is compressed; NULL while it is being rendered.
    manifest      $bytes,
    -- size is how many bytes the manifest takes here.
    size          BIGINT NOT NULL DEFAULT 0,
    -- hits counts how often it was used again.
    hits          BIGINT NOT NULL DEFAULT 0,
    -- claimed_by renders it, and has until claimed_until, in milliseconds since the epoch.
    claimed_by    TEXT NOT NULL DEFAULT '',
    claimed_until BIGINT NOT NULL DEFAULT 0,
    baked_at      BIGINT NOT NULL DEFAULT 0,
    used_at       BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX bakes_used ON bakes (used_at);

-- The order of lists, so that reading them all sorts nothing.
CREATE INDEX pipelines_order ON pipelines (kind, application, idx, name_key);

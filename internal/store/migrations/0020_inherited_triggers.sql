-- The triggers that pipelines inherit from their templates, as they were expanded last.
CREATE TABLE inherited_triggers (
    pipeline_id TEXT PRIMARY KEY CHECK (pipeline_id <> ''),
    -- template is the id of the stored template; '' if any template may change the triggers.
    template    TEXT NOT NULL,
    -- generation counts the changes of the pipeline and its template, so that an expansion
    -- that began before a change isn't stored after it.
    generation  BIGINT NOT NULL DEFAULT 1,
    -- stale is 1 from such a change until the template is expanded again.
    stale       INTEGER NOT NULL DEFAULT 1,
    -- problem is why the template couldn't be expanded.
    problem     TEXT NOT NULL DEFAULT '',
    body        TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX inherited_triggers_template ON inherited_triggers (template);
CREATE INDEX inherited_triggers_stale ON inherited_triggers (pipeline_id) WHERE stale = 1;

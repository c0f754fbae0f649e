-- Paused executions count against their pipeline's limit.
CREATE INDEX executions_paused ON executions (pipeline_config_id) WHERE status = 'PAUSED';

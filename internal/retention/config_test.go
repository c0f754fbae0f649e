package retention

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// By default nothing is deleted but messages, and a value that would delete more than anybody
// means is refused, all of them at once.
func TestConfig(t *testing.T) {
	t.Parallel()
	c := DefaultConfig()
	require.Empty(t, c.Validate())
	require.False(t, c.OldPipelines.Enabled || c.Tasks.Enabled || c.Revisions.Enabled)
	require.Empty(t, c.Archive)
	for want, change := range map[string]func(*Config){
		"old-pipeline-cleanup.interval-ms: must be at least 1":                            func(c *Config) { c.OldPipelines.IntervalMs = 0 },
		"old-pipeline-cleanup.threshold-days: must be at least 1":                         func(c *Config) { c.OldPipelines.ThresholdDays = 0 },
		"old-pipeline-cleanup.minimum-pipeline-executions: must be at least 0":            func(c *Config) { c.OldPipelines.Minimum = -1 },
		"old-pipeline-cleanup.chunk-size: must be at least 1":                             func(c *Config) { c.OldPipelines.ChunkSize = 0 },
		"old-pipeline-cleanup.exceptional-application-threshold-days: must be at least 1": func(c *Config) { c.OldPipelines.ExceptionDays = -5 },
		"top-application-execution-cleanup.interval-ms: must be at least 1":               func(c *Config) { c.Tasks.IntervalMs = -1 },
		"top-application-execution-cleanup.threshold: must be at least 0":                 func(c *Config) { c.Tasks.Threshold = -1 },
		"top-application-execution-cleanup.chunk-size: must be at least 1":                func(c *Config) { c.Tasks.ChunkSize = 0 },
		"revision-cleanup.interval-ms: must be at least 1":                                func(c *Config) { c.Revisions.IntervalMs = 0 },
		"revision-cleanup.threshold-days: must be at least 1":                             func(c *Config) { c.Revisions.ThresholdDays = 0 },
		"revision-cleanup.minimum-revisions: must be at least 1":                          func(c *Config) { c.Revisions.Minimum = 0 },
		"outbox-cleanup.interval-ms: must be at least 1":                                  func(c *Config) { c.Outbox.IntervalMs = 0 },
		"outbox-cleanup.delivered-hours: must be at least 0":                              func(c *Config) { c.Outbox.DeliveredHours = -1 },
		"outbox-cleanup.dead-days: must be at least 1":                                    func(c *Config) { c.Outbox.DeadDays = 0 },
	} {
		c := DefaultConfig()
		change(&c)
		errs := c.Validate()
		require.Len(t, errs, 1, want)
		require.EqualError(t, errs[0], want)
	}
	require.Len(t, Config{}.Validate(), 13)
	c.OldPipelines.Minimum, c.Tasks.Threshold = 0, 0
	require.Empty(t, c.Validate(), "to keep none is a choice")
}

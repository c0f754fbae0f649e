// Package retention deletes old executions, by the rules of Orca's cleanup
// pollers, old revisions of saved documents, and old messages of the outbox. By
// default, only messages are deleted.
package retention

import (
	"fmt"
	"time"
)

// Config says what is deleted, when. The names and the defaults are Orca's where
// it has them.
type Config struct {
	OldPipelines OldPipelines `yaml:"old-pipeline-cleanup" doc:"Deletes old pipeline executions."`
	Tasks        Tasks        `yaml:"top-application-execution-cleanup" doc:"Deletes old ad-hoc tasks."`
	Revisions    Revisions    `yaml:"revision-cleanup" doc:"Deletes old revisions of applications, pipelines, and other saved documents. Spinnaker has no such setting."`
	Outbox       Outbox       `yaml:"outbox-cleanup" doc:"Deletes old outbox messages: those that were sent to other systems, or couldn't be delivered. Spinnaker has no such setting."`
	Events       Events       `yaml:"event-cleanup" doc:"Deletes old events, with what was decided on the triggers that listen to them. Spinnaker has no such setting."`
	Archive      string       `yaml:"archive" doc:"Directory in which each execution is archived before it is deleted, as compressed JSON: <application>/<year>/<month>/<id>.json.gz. Created if missing. Empty: no archive. If it can't be written to, nothing is deleted. Spinnaker has no such setting."`
}

// OldPipelines says which pipeline executions are deleted.
type OldPipelines struct {
	Enabled       bool     `yaml:"enabled" doc:"If true, deletes old pipeline executions."`
	IntervalMs    int64    `yaml:"interval-ms" doc:"Interval in milliseconds. Only one process of an installation does the work."`
	ThresholdDays int      `yaml:"threshold-days" doc:"Executions that have ended are deleted this many days after their start. The latest successful execution of each pipeline is kept, and so are executions started by one that is still running."`
	Minimum       int      `yaml:"minimum-pipeline-executions" doc:"How many executions of each pipeline to keep, regardless of their age."`
	ChunkSize     int      `yaml:"chunk-size" doc:"Number of rows to delete in one transaction."`
	Exceptions    []string `yaml:"exceptional-applications" doc:"Applications with a different threshold."`
	ExceptionDays int      `yaml:"exceptional-application-threshold-days" doc:"Threshold for these applications, in days."`
}

// Tasks says which ad-hoc tasks are deleted.
type Tasks struct {
	Enabled    bool  `yaml:"enabled" doc:"If true, deletes old ad-hoc tasks."`
	IntervalMs int64 `yaml:"interval-ms" doc:"Interval in milliseconds."`
	Threshold  int   `yaml:"threshold" doc:"How many of the latest tasks of each application to keep. Older tasks that have ended are deleted."`
	ChunkSize  int   `yaml:"chunk-size" doc:"Number of rows to delete in one transaction."`
}

// Revisions says which revisions are deleted.
type Revisions struct {
	Enabled       bool  `yaml:"enabled" doc:"If true, deletes old revisions."`
	IntervalMs    int64 `yaml:"interval-ms" doc:"Interval in milliseconds."`
	ThresholdDays int   `yaml:"threshold-days" doc:"Revisions are deleted this many days after they were saved."`
	Minimum       int   `yaml:"minimum-revisions" doc:"How many revisions of each document to keep, regardless of their age; at least 1."`
}

// Outbox says which messages are deleted.
type Outbox struct {
	Enabled        bool  `yaml:"enabled" doc:"If true, deletes old messages. Default: true."`
	IntervalMs     int64 `yaml:"interval-ms" doc:"Interval in milliseconds."`
	DeliveredHours int   `yaml:"delivered-hours" doc:"Messages are deleted this many hours after they were delivered."`
	DeadDays       int   `yaml:"dead-days" doc:"Messages that couldn't be delivered are deleted this many days after the last attempt."`
}

// Events says which events are deleted.
type Events struct {
	Enabled       bool  `yaml:"enabled" doc:"If true, deletes old events. Default: true."`
	IntervalMs    int64 `yaml:"interval-ms" doc:"Interval in milliseconds."`
	ThresholdDays int   `yaml:"threshold-days" doc:"Events are deleted this many days after they came. An event that is sent again after that counts as a new one."`
}

// DefaultConfig deletes nothing but messages and events.
func DefaultConfig() Config {
	const hour = int64(time.Hour / time.Millisecond)
	return Config{
		OldPipelines: OldPipelines{IntervalMs: hour, ThresholdDays: 30, Minimum: 5, ChunkSize: 100, ExceptionDays: 365},
		Tasks:        Tasks{IntervalMs: hour, Threshold: 2500, ChunkSize: 100},
		Revisions:    Revisions{IntervalMs: 24 * hour, ThresholdDays: 365, Minimum: 100},
		Outbox:       Outbox{Enabled: true, IntervalMs: hour, DeliveredHours: 24, DeadDays: 30},
		Events:       Events{Enabled: true, IntervalMs: hour, ThresholdDays: 14},
	}
}

// Validate returns what is wrong with the values; each error begins with its key.
// A value that is too small would delete more than anybody means.
func (c Config) Validate() (errs []error) {
	for _, field := range []struct {
		key            string
		value, minimum int64
	}{
		{"old-pipeline-cleanup.interval-ms", c.OldPipelines.IntervalMs, 1},
		{"old-pipeline-cleanup.threshold-days", int64(c.OldPipelines.ThresholdDays), 1},
		{"old-pipeline-cleanup.minimum-pipeline-executions", int64(c.OldPipelines.Minimum), 0},
		{"old-pipeline-cleanup.chunk-size", int64(c.OldPipelines.ChunkSize), 1},
		{"old-pipeline-cleanup.exceptional-application-threshold-days", int64(c.OldPipelines.ExceptionDays), 1},
		{"top-application-execution-cleanup.interval-ms", c.Tasks.IntervalMs, 1},
		{"event-cleanup.interval-ms", c.Events.IntervalMs, 1},
		{"event-cleanup.threshold-days", int64(c.Events.ThresholdDays), 1},
		{"top-application-execution-cleanup.threshold", int64(c.Tasks.Threshold), 0},
		{"top-application-execution-cleanup.chunk-size", int64(c.Tasks.ChunkSize), 1},
		{"revision-cleanup.interval-ms", c.Revisions.IntervalMs, 1},
		{"revision-cleanup.threshold-days", int64(c.Revisions.ThresholdDays), 1},
		{"revision-cleanup.minimum-revisions", int64(c.Revisions.Minimum), 1},
		{"outbox-cleanup.interval-ms", c.Outbox.IntervalMs, 1},
		{"outbox-cleanup.delivered-hours", int64(c.Outbox.DeliveredHours), 0},
		{"outbox-cleanup.dead-days", int64(c.Outbox.DeadDays), 1},
	} {
		if field.value < field.minimum {
			errs = append(errs, fmt.Errorf("%s: must be at least %d", field.key, field.minimum))
		}
	}
	return errs
}

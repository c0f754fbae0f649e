// Package retention deletes what is too old to be of use: executions by the
// rules of Orca's cleanup pollers, and the history of what was saved. Nothing is
// deleted unless the configuration says so.
package retention

import "time"

// Config says what is deleted, when. The names and the defaults are Orca's where
// it has them.
type Config struct {
	OldPipelines OldPipelines `yaml:"old-pipeline-cleanup" doc:"Deletes pipeline executions by age."`
	Tasks        Tasks        `yaml:"top-application-execution-cleanup" doc:"Deletes ad-hoc tasks by their number."`
	Revisions    Revisions    `yaml:"revision-cleanup" doc:"Deletes the history of applications, pipelines and other documents that were saved. Gennaker's own."`
	Archive      string       `yaml:"archive" doc:"Directory to which each execution is written, as compressed JSON, before it is deleted: <application>/<year>/<month>/<id>.json.gz. Made when missing. Empty: nothing is written. If it can't be written to, nothing is deleted. Gennaker's own."`
}

// OldPipelines says which pipeline executions are deleted.
type OldPipelines struct {
	Enabled       bool     `yaml:"enabled" doc:"Whether they are deleted."`
	IntervalMs    int64    `yaml:"interval-ms" doc:"How often, in milliseconds. One process of an installation does it."`
	ThresholdDays int      `yaml:"threshold-days" doc:"Executions that have ended are deleted this many days after they were started. The newest successful one of each pipeline stays, and so does one that a running execution has started."`
	Minimum       int      `yaml:"minimum-pipeline-executions" doc:"How many executions of each pipeline stay, however old they are."`
	ChunkSize     int      `yaml:"chunk-size" doc:"How many are deleted in one transaction."`
	Exceptions    []string `yaml:"exceptional-applications" doc:"Applications whose executions stay for another time."`
	ExceptionDays int      `yaml:"exceptional-application-threshold-days" doc:"The number of days for those applications."`
}

// Tasks says which ad-hoc tasks are deleted.
type Tasks struct {
	Enabled    bool  `yaml:"enabled" doc:"Whether they are deleted."`
	IntervalMs int64 `yaml:"interval-ms" doc:"How often, in milliseconds."`
	Threshold  int   `yaml:"threshold" doc:"How many tasks of each application stay: the newest. Older ones that have ended are deleted."`
	ChunkSize  int   `yaml:"chunk-size" doc:"How many are deleted in one transaction."`
}

// Revisions says which revisions are deleted.
type Revisions struct {
	Enabled       bool  `yaml:"enabled" doc:"Whether they are deleted."`
	IntervalMs    int64 `yaml:"interval-ms" doc:"How often, in milliseconds."`
	ThresholdDays int   `yaml:"threshold-days" doc:"Revisions are deleted this many days after they were saved."`
	Minimum       int   `yaml:"minimum-revisions" doc:"How many revisions of each thing stay, however old they are; at least 1."`
}

// DefaultConfig deletes nothing.
func DefaultConfig() Config {
	const hour = int64(time.Hour / time.Millisecond)
	return Config{
		OldPipelines: OldPipelines{IntervalMs: hour, ThresholdDays: 30, Minimum: 5, ChunkSize: 100, ExceptionDays: 365},
		Tasks:        Tasks{IntervalMs: hour, Threshold: 2500, ChunkSize: 100},
		Revisions:    Revisions{IntervalMs: 24 * hour, ThresholdDays: 365, Minimum: 100},
	}
}

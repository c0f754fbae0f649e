package schedule

import (
	"errors"
	"fmt"
	"time"
)

// Config is how cron triggers fire. The names are Echo's.
type Config struct {
	Enabled      bool         `yaml:"enabled" doc:"If true, pipelines are started by their cron triggers. Default: true; in Spinnaker, false."`
	Cron         Cron         `yaml:"cron" doc:"Cron expressions."`
	Compensation Compensation `yaml:"compensation-job" doc:"Cron triggers that were due while no process could fire them, such as during an update."`
}

// Cron is how expressions are read.
type Cron struct {
	Timezone string `yaml:"timezone" doc:"Time zone of cron triggers that name none, such as Europe/Berlin."`
}

// Compensation is what is done about missed ticks.
type Compensation struct {
	Enabled     bool  `yaml:"enabled" doc:"If true, a cron trigger that missed its time fires once when a process is there again. Default: true; in Spinnaker, false."`
	WindowMs    int64 `yaml:"window-ms" doc:"A trigger that is later than this, in milliseconds, isn't fired anymore. Spinnaker's default."`
	ToleranceMs int64 `yaml:"tolerance-ms" doc:"A trigger that is late by no more than this, in milliseconds, hasn't missed its time. Spinnaker's default."`
}

// DefaultConfig has Echo's defaults, but that triggers fire and missed ticks are made up.
func DefaultConfig() Config {
	return Config{
		Enabled: true, Cron: Cron{Timezone: "America/Los_Angeles"},
		Compensation: Compensation{Enabled: true, WindowMs: 600_000, ToleranceMs: 30_000},
	}
}

// longestWindow bounds how far back it is looked for missed ticks.
const longestWindow = 7 * 24 * time.Hour

// policy checks the configuration, and gives it as it is used.
func (c Config) policy() (policy, *time.Location, error) {
	zone, err := time.LoadLocation(c.Cron.Timezone)
	if err != nil {
		return policy{}, nil, fmt.Errorf("scheduler.cron.timezone: %w", err)
	}
	p := policy{
		tolerance: time.Duration(c.Compensation.ToleranceMs) * time.Millisecond,
		window:    time.Duration(c.Compensation.WindowMs) * time.Millisecond,
	}
	if p.tolerance <= 0 || p.window < 0 || max(p.window, p.tolerance) > longestWindow {
		return policy{}, nil, errors.New("scheduler.compensation-job: tolerance-ms must be more than 0, window-ms no less than 0, and neither more than 7 days")
	}
	if !c.Compensation.Enabled {
		p.window = 0
	}
	return p, zone, nil
}

package registry

import (
	"errors"
	"time"
)

// Config is how registries and chart repositories are looked at.
type Config struct {
	Polling      bool          `yaml:"polling" doc:"If true, registries and chart repositories are asked regularly for new tags and versions that triggers wait for. If false, only when a notification comes."`
	PollInterval time.Duration `yaml:"pollInterval" doc:"Time between two looks at a repository. Notifications are looked at when they come."`
}

// shortestInterval keeps registries from being asked all the time.
const shortestInterval = time.Second

// DefaultConfig polls each minute, as Igor does.
func DefaultConfig() Config { return Config{Polling: true, PollInterval: time.Minute} }

// Validate tells everything that is wrong, each error beginning with the field's path.
func (c Config) Validate() []error {
	if c.PollInterval < shortestInterval {
		return []error{errors.New("pollInterval: must be at least 1s")}
	}
	return nil
}

package channel

import (
	"fmt"
	"slices"

	"github.com/gennaker/gennaker/internal/notify"
)

// QuietConfig is a quiet period of the whole server.
type QuietConfig struct {
	Channels           []string `yaml:"channels" doc:"Types of the channels that are quiet, such as slack. Default: all."`
	notify.QuietPeriod `yaml:",inline"`
}

// Quiet are the quiet periods that the server has for a channel.
func (c ExtraConfig) Quiet(kind string) []notify.QuietPeriod {
	var out []notify.QuietPeriod
	for _, q := range c.QuietPeriods {
		if len(q.Channels) == 0 || slices.Contains(q.Channels, kind) {
			out = append(out, q.QuietPeriod)
		}
	}
	return out
}

// validateQuiet returns what is wrong with the quiet periods; each error begins with
// its key.
func (c ExtraConfig) validateQuiet() (errs []error) {
	for i, q := range c.QuietPeriods {
		if err := q.Validate(); err != nil {
			errs = append(errs, fmt.Errorf("quietPeriods[%d].%w", i, err))
		}
	}
	return errs
}

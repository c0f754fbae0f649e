package artifactstore

import (
	"fmt"
	"regexp"
	"time"
)

// The places where contents can be kept: [Config.Type].
const (
	// None keeps contents in executions, as they come.
	None = "none"
	// InDatabase keeps them in the database.
	InDatabase = "database"
)

// Config is Spinnaker's section artifact-store, and the limits of what is kept.
type Config struct {
	Type                string    `yaml:"type" enum:"database,none" doc:"Where the large contents of embedded artifacts are kept. database: in the database, compressed. none: in the executions, as they come; contents that were stored before can still be read."`
	ThresholdBytes      int64     `yaml:"thresholdBytes" doc:"Contents of at least this size are stored; smaller ones stay in the execution. Spinnaker stores all of them: set 1 for that."`
	MaxBytes            int64     `yaml:"maxBytes" doc:"Maximum size of one content, in bytes. A stage or a trigger with a larger one fails."`
	MaxApplicationBytes int64     `yaml:"maxApplicationBytes" doc:"Maximum size of all contents of an application together, in bytes, before compression. Beyond it, stages that make new contents fail. 0: no limit."`
	RetentionDays       int       `yaml:"retentionDays" doc:"Contents that no execution and no pipeline refers to are deleted this many days after they were last stored."`
	ApplicationsRegex   string    `yaml:"applicationsRegex" doc:"Regular expression for the applications whose contents are stored, regardless of case. It must match the whole name. Empty: all applications."`
	Exclude             []Exclude `yaml:"exclude" doc:"Applications whose contents aren't stored."`
}

// Exclude is an exception from what is stored.
type Exclude struct {
	Type  string `yaml:"type" doc:"The artifact type: embedded/base64."`
	Value string `yaml:"value" doc:"Regular expression for the applications. It must match the whole name."`
}

// embeddedType and remoteType are the types of an artifact that has its content with it,
// and of one whose content is stored.
const (
	embeddedType = "embedded/base64"
	remoteType   = "remote/base64"
)

// shortestRetention is how long contents are kept at least that nothing refers to yet: the
// execution that stores one refers to it moments later.
const shortestRetention = 24 * time.Hour

// DefaultConfig keeps contents from 64 KiB on in the database.
func DefaultConfig() Config {
	return Config{Type: InDatabase, ThresholdBytes: 64 << 10, MaxBytes: 32 << 20, RetentionDays: 14}
}

// Validate tells everything that is wrong, each error beginning with the key below
// artifact-store.
func (c Config) Validate() []error {
	var errs []error
	add := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	add(c.Type == InDatabase || c.Type == None, "type: is %q, must be database or none", c.Type)
	add(c.ThresholdBytes > 0, "thresholdBytes: must be more than 0")
	add(c.MaxBytes > 0, "maxBytes: must be more than 0")
	add(c.MaxApplicationBytes >= 0, "maxApplicationBytes: must not be negative")
	add(c.RetentionDays > 0, "retentionDays: must be more than 0")
	_, err := regexp.Compile(c.ApplicationsRegex)
	add(err == nil, "applicationsRegex: %w", err)
	for i, x := range c.Exclude {
		add(x.Type == embeddedType, "exclude[%d].type: is %q, but only embedded/base64 is stored", i, x.Type)
		_, err := regexp.Compile(x.Value)
		add(err == nil, "exclude[%d].value: %w", i, err)
	}
	return errs
}

// retention is how long a content is kept that nothing refers to.
func (c Config) retention() time.Duration {
	return max(time.Duration(c.RetentionDays)*24*time.Hour, shortestRetention)
}

// filter tells whether an application's contents are stored.
func (c Config) filter() (func(application string) bool, error) {
	if c.Type == None {
		return func(string) bool { return false }, nil
	}
	var only *regexp.Regexp
	if c.ApplicationsRegex != "" {
		var err error
		if only, err = regexp.Compile(`(?i)^(?:` + c.ApplicationsRegex + `)$`); err != nil {
			return nil, fmt.Errorf("artifact-store.applicationsRegex: %w", err)
		}
	}
	except := make([]*regexp.Regexp, len(c.Exclude))
	for i, x := range c.Exclude {
		var err error
		if except[i], err = regexp.Compile(`^(?:` + x.Value + `)$`); err != nil {
			return nil, fmt.Errorf("artifact-store.exclude[%d].value: %w", i, err)
		}
	}
	return func(application string) bool {
		if only != nil && !only.MatchString(application) {
			return false
		}
		for _, x := range except {
			if x.MatchString(application) {
				return false
			}
		}
		return true
	}, nil
}

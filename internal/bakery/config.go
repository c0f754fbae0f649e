package bakery

import (
	"fmt"
	"time"

	"github.com/gennaker/gennaker/internal/limit"
)

// Config is what can be set about baked manifests.
type Config struct {
	MaxBytes int64       `yaml:"maxBytes" doc:"Maximum size of a baked manifest, in bytes. A stage that bakes a larger one fails. At most 64 MiB."`
	Cache    CacheConfig `yaml:"cache" doc:"Manifests that were baked, which are used again if the inputs are the same."`
}

// CacheConfig is how much is kept, and for how long.
type CacheConfig struct {
	RetentionDays int   `yaml:"retentionDays" doc:"A manifest that isn't used for this many days is deleted. 0: no manifests are kept."`
	MaxBytes      int64 `yaml:"maxBytes" doc:"Maximum size of all manifests together, compressed, in bytes. Beyond it, those that were used least recently are deleted."`
}

// DefaultConfig allows manifests of 8 MiB: they become a part of the execution, several
// times.
func DefaultConfig() Config {
	return Config{MaxBytes: 8 << 20, Cache: CacheConfig{RetentionDays: 14, MaxBytes: 256 << 20}}
}

// Validate tells everything that is wrong, each error beginning with the key below bakery.
func (c Config) Validate() []error {
	var errs []error
	if c.MaxBytes <= 0 || c.MaxBytes > limit.Inflated {
		errs = append(errs, fmt.Errorf("maxBytes: must be more than 0, and at most %d", int64(limit.Inflated)))
	}
	if c.Cache.RetentionDays < 0 {
		errs = append(errs, fmt.Errorf("cache.retentionDays: must not be negative"))
	}
	if c.Cache.MaxBytes < 0 {
		errs = append(errs, fmt.Errorf("cache.maxBytes: must not be negative"))
	}
	return errs
}

// Retention is how long a manifest that isn't used is kept.
func (c CacheConfig) Retention() time.Duration {
	return time.Duration(c.RetentionDays) * 24 * time.Hour
}

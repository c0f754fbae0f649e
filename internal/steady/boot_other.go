//go:build !linux

package steady

import "time"

// sinceBoot is a clock that is never set.
func sinceBoot() func() time.Duration {
	began := time.Now()
	return func() time.Duration { return time.Since(began) }
}

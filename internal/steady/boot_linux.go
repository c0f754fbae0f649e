package steady

import (
	"time"

	"golang.org/x/sys/unix"
)

// sinceBoot is a clock that is never set and goes on while the machine sleeps,
// as the system's does: Go's own stops then, and waking up would look as if the
// time had been set.
func sinceBoot() func() time.Duration {
	began := time.Now()
	return func() time.Duration {
		var now unix.Timespec
		if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &now); err != nil {
			return time.Since(began)
		}
		return time.Duration(now.Nano())
	}
}

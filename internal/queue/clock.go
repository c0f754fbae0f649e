package queue

import (
	"sync"
	"time"
)

// stepFrom is how far two clocks may part between two looks before one of them
// counts as set: more than a slow answer or a clock that is being adjusted
// makes up.
const stepFrom = 1500 * time.Millisecond

// stepClock notices when a clock is set, by comparing it with the monotonic one
// of this process.
type stepClock struct {
	mu sync.Mutex
	// at is the monotonic time of the last look, and then what the clock said.
	at   time.Time
	then int64
}

// observe takes what a clock says now, in milliseconds since the epoch, and
// tells by how much it was set since the last look; 0 if it wasn't.
func (c *stepClock) observe(now int64) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := time.Now()
	passed, first := at.Sub(c.at), c.at.IsZero()
	step := time.Duration(now-c.then)*time.Millisecond - passed
	c.at, c.then = at, now
	if first || step.Abs() < stepFrom {
		return 0
	}
	return step.Round(time.Millisecond)
}

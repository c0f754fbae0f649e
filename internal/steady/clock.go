// Package steady has a clock for measuring how long things take and for waiting:
// it shows the system's time, and doesn't jump when that is set. What has begun
// at one of its times and lasts a minute ends a minute later, whatever an
// operator or a time server does to the system's clock meanwhile.
package steady

import (
	"sync"
	"time"
)

const (
	// stepFrom is how far the clock must jump to count as set: less is drift.
	stepFrom = time.Second
	// absorbed is the largest step that is absorbed. A clock that was further
	// off was wrong, and its times are of no use.
	absorbed = 2 * time.Hour
	// share is the inverse of the share of the time that is used to come back to
	// the system's time after a step: a minute is wrong by 6 seconds at most.
	share = 10
)

// Clock is a steady clock; New makes one. It is safe for concurrent use.
type Clock struct {
	// wall is the system's time, and passed a clock that is never set.
	wall   func() time.Time
	passed func() time.Duration

	mu         sync.Mutex
	lastWall   time.Time
	lastPassed time.Duration
	// ahead is how far this clock is ahead of the system's.
	ahead time.Duration
}

// New returns a clock that shows the system's time now.
func New() *Clock {
	return from(func() time.Time { return time.Now().Round(0) }, sinceBoot())
}

func from(wall func() time.Time, passed func() time.Duration) *Clock {
	return &Clock{wall: wall, passed: passed, lastWall: wall(), lastPassed: passed()}
}

// Now is the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	wall, passed := c.wall(), c.passed()
	gone := passed - c.lastPassed
	step := wall.Sub(c.lastWall) - gone
	c.lastWall, c.lastPassed = wall, passed
	switch {
	case step.Abs() < stepFrom:
	case (c.ahead - step).Abs() <= absorbed:
		c.ahead -= step
	default:
		c.ahead = 0
	}
	back := min(gone/share, c.ahead.Abs())
	if c.ahead > 0 {
		c.ahead -= back
	} else {
		c.ahead += back
	}
	return wall.Add(c.ahead)
}

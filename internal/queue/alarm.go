package queue

import (
	"sync"
	"time"
)

// alarm calls ring at the earliest time it was set to. One is enough for any
// number of timers: when it rings, the fetch that follows tells the next time.
type alarm struct {
	ring  func()
	mu    sync.Mutex
	at    time.Time // zero: not set
	timer *time.Timer
	off   bool
}

func newAlarm(ring func()) *alarm { return &alarm{ring: ring} }

// set has the alarm ring at the given time, unless it rings earlier anyway.
func (a *alarm) set(at time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.off || (!a.at.IsZero() && !at.Before(a.at)) {
		return
	}
	a.at = at
	// The database's times are whole milliseconds: a moment later is surely due.
	wait := time.Until(at) + time.Millisecond
	if a.timer == nil {
		a.timer = time.AfterFunc(wait, a.fire)
		return
	}
	a.timer.Reset(wait)
}

func (a *alarm) fire() {
	a.mu.Lock()
	if a.off || a.at.IsZero() || time.Until(a.at) > 0 { // set anew meanwhile
		a.mu.Unlock()
		return
	}
	a.at = time.Time{}
	a.mu.Unlock()
	a.ring()
}

// stop has the alarm ring no more.
func (a *alarm) stop() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.off = true
	if a.timer != nil {
		a.timer.Stop()
	}
}

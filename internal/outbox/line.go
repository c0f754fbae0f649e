package outbox

import (
	"context"
	"errors"
	"sync"
	"time"
)

const (
	// Places is how many messages may be on their way to one destination at the same
	// time. One that did not take the last message gets one at a time, until it takes
	// one again: what is away must not keep messages from the others.
	Places = 4
	// quickest and longest bound for how long a message that finds no place is put
	// off.
	quickest, longest = 20 * time.Millisecond, 5 * time.Minute
)

var errBusy = errors.New("other messages are on their way to the same destination")

// Line is the messages that go to one destination. Its zero value is an empty one.
type Line struct {
	mu   sync.Mutex
	busy int
	away bool
	// took is how long a message takes, roughly; next is when the one that was put
	// off last is to come again.
	took time.Duration
	next time.Time
}

// Enter gives a delivery a place, or tells when to come again: those that are put
// off come one after the other, as fast as the destination takes them.
func (l *Line) Enter(now time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	most := Places
	if l.away {
		most = 1
	}
	if l.busy < most {
		l.busy++
		return nil
	}
	if l.next.Before(now) {
		l.next = now
	}
	l.next = l.next.Add(max(l.took/time.Duration(most), quickest))
	return Later(min(l.next.Sub(now), longest), errBusy)
}

// Leave gives the place back, with the outcome of the delivery.
func (l *Line) Leave(ctx context.Context, took time.Duration, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.busy--
	if errors.Is(ctx.Err(), context.Canceled) {
		return // that says nothing of the destination
	}
	if l.away && err == nil {
		l.took, l.next = 0, time.Time{}
	}
	l.away = err != nil && !IsFinal(err)
	l.took = (l.took + took) / 2
}

package forward

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/gennaker/gennaker/internal/outbox"
)

const (
	// places is how many events may be on their way to one endpoint at the same
	// time. One that did not take the last event gets one at a time, until it takes
	// one again: what is away must not keep events from the others.
	places = 4
	// quickest and longest bound for how long an event that finds no place is put
	// off.
	quickest, longest = 20 * time.Millisecond, 5 * time.Minute
)

var errBusy = errors.New("other events are on their way to the endpoint")

// line is the events that go to one endpoint.
type line struct {
	mu   sync.Mutex
	busy int
	away bool
	// took is how long an event takes, roughly; next is when the event that was put
	// off last is to come again.
	took time.Duration
	next time.Time
}

// enter gives a delivery a place, or tells when to come again: those that are put
// off come one after the other, as fast as the endpoint takes them.
func (l *line) enter(now time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	most := places
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
	return outbox.Later(min(l.next.Sub(now), longest), errBusy)
}

// leave gives the place back, with the outcome of the delivery.
func (l *line) leave(ctx context.Context, took time.Duration, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.busy--
	if errors.Is(ctx.Err(), context.Canceled) {
		return // that says nothing of the endpoint
	}
	if l.away && err == nil {
		l.took, l.next = 0, time.Time{}
	}
	l.away = err != nil && !outbox.IsFinal(err)
	l.took = (l.took + took) / 2
}

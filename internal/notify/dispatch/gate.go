package dispatch

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/gennaker/gennaker/internal/notify/channel"
	"github.com/gennaker/gennaker/internal/outbox"
)

// mostGates bounds how many addresses are kept in mind.
const mostGates = 2000

// gates keep the pace that services ask for.
type gates struct {
	mu sync.Mutex
	// lines are those to the hosts, by channel and host, and places the addresses.
	lines  map[string]*outbox.Line
	places map[string]*place
}

// place is one address, such as a room of a chat.
type place struct {
	pace *rate.Limiter // nil is no bound
	mu   sync.Mutex
	// held is until when the service wants nothing.
	held time.Time
}

// gate is the way to one address.
type gate struct {
	*place
	line *outbox.Line
}

// of gives the way to an address of a channel.
func (g *gates) of(d channel.Description, address string) *gate {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.places == nil || len(g.places) > mostGates || len(g.lines) > mostGates {
		g.lines, g.places = map[string]*outbox.Line{}, map[string]*place{} // those who are under way keep theirs
	}
	host, at := d.Type+" "+hostOf(address), d.Type+" "+address
	if g.lines[host] == nil {
		g.lines[host] = &outbox.Line{}
	}
	if g.places[at] == nil {
		p := &place{}
		if d.Pace.Burst > 0 {
			p.pace = rate.NewLimiter(rate.Every(d.Pace.Every), d.Pace.Burst)
		}
		g.places[at] = p
	}
	return &gate{g.places[at], g.lines[host]}
}

var (
	errHeld = errors.New("the service has asked to wait")
	errPace = errors.New("the service takes only so many messages in a time")
)

// enter lets a message through, or tells when to come again.
func (g *gate) enter(ctx context.Context, now time.Time) error {
	if wait := g.heldFor(now); wait > 0 {
		return outbox.Later(wait, errHeld)
	}
	if err := g.line.Enter(now); err != nil {
		return err
	}
	if g.pace == nil {
		return nil
	}
	reserved := g.pace.ReserveN(now, 1)
	if wait := reserved.DelayFrom(now); wait > 0 {
		reserved.CancelAt(now)
		g.line.Leave(ctx, 0, nil)
		return outbox.Later(wait, errPace)
	}
	return nil
}

func (g *gate) heldFor(now time.Time) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.held.Sub(now)
}

// hold keeps everything back until a time.
func (g *gate) hold(until time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if until.After(g.held) {
		g.held = until
	}
}

// leave says what became of a message. A service that asks to wait is not away.
func (g *gate) leave(ctx context.Context, took time.Duration, err error) {
	if later, _ := outbox.PutOff(err); later {
		err = nil
	}
	g.line.Leave(ctx, took, err)
}

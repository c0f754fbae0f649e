package runner

import (
	"context"
	"slices"
	"sync"
	"time"
)

// How many calls of stages there are at the same time in a process.
const (
	// callsPerPlace bounds those to one destination, unless configured.
	callsPerPlace = 64
	// callsAtOnce bounds all of them.
	callsAtOnce = 2048
	// queuePerCall is how many may wait for a destination for each that it has
	// at a time, and queueAtOnce how many for all destinations. More than that
	// go back to the database and come again later.
	queuePerCall = 4
	queueAtOnce  = 1024
)

// comeBack is the least time after which one that may not wait comes again, and
// comeApart the time between those for one destination.
const (
	comeBack  = time.Second
	comeApart = 20 * time.Millisecond
)

// berths bound the calls that stages make outside, for each destination, so
// that one that does not answer takes no more than its share. A call that
// ignores its end keeps its berth until it does end: that bounds how many of
// these there are.
type berths struct {
	perPlace, atOnce, queueAtOnce int

	mu              sync.Mutex
	places          map[string]*place
	taken, waiting  int
	abandonedBerths int
}

type place struct {
	taken int
	queue []*berth
	// next is when the next one that may not wait comes again.
	next time.Time
}

// berth is leave to make one call.
type berth struct {
	of        *berths
	place     string
	turn      chan struct{} // closed when the call may begin
	abandoned bool
	left      bool
}

func newBerths(perPlace int) *berths {
	if perPlace <= 0 {
		perPlace = callsPerPlace
	}
	return &berths{perPlace: perPlace, atOnce: callsAtOnce, queueAtOnce: queueAtOnce, places: map[string]*place{}}
}

// book gives a berth for a call to a destination, whose turn may not have come
// yet. If too many wait already, it gives none but the time after which to come
// again.
func (b *berths) book(at string) (*berth, time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.places[at]
	if p == nil {
		p = &place{}
		b.places[at] = p
	}
	ticket := &berth{of: b, place: at, turn: make(chan struct{})}
	switch {
	case p.taken < b.perPlace && b.taken < b.atOnce:
		b.give(p, ticket)
	case len(p.queue) < queuePerCall*b.perPlace && b.waiting < b.queueAtOnce:
		p.queue = append(p.queue, ticket)
		b.waiting++
	default:
		now := time.Now()
		p.next = p.next.Add(comeApart)
		if soon := now.Add(comeBack); p.next.Before(soon) {
			p.next = soon
		}
		return nil, p.next.Sub(now)
	}
	return ticket, 0
}

// give lets a call begin. b.mu is held.
func (b *berths) give(p *place, ticket *berth) {
	p.taken++
	b.taken++
	close(ticket.turn)
}

// wait waits for the berth's turn. After an error there is nothing to leave.
func (t *berth) wait(ctx context.Context) error {
	select {
	case <-t.turn:
		return nil
	case <-ctx.Done():
	}
	t.leave()
	return context.Cause(ctx)
}

// leave gives the berth to the next one.
func (t *berth) leave() {
	b := t.of
	b.mu.Lock()
	defer b.mu.Unlock()
	if t.left {
		return
	}
	t.left = true
	p := b.places[t.place]
	if i := slices.Index(p.queue, t); i >= 0 {
		p.queue = slices.Delete(p.queue, i, i+1)
		b.waiting--
	} else {
		p.taken--
		b.taken--
		if t.abandoned {
			b.abandonedBerths--
		}
	}
	b.next(p)
	if b.waiting > 0 && b.taken < b.atOnce { // others waited for the process's bound
		for _, other := range b.places {
			b.next(other)
		}
	}
	if p.taken == 0 && len(p.queue) == 0 {
		delete(b.places, t.place)
	}
}

// next lets those begin that may. b.mu is held.
func (b *berths) next(p *place) {
	for len(p.queue) > 0 && p.taken < b.perPlace && b.taken < b.atOnce {
		first := p.queue[0]
		p.queue = p.queue[1:]
		b.waiting--
		b.give(p, first)
	}
}

// abandon notes that nobody waits for the call any more. It tells how many such
// calls there are.
func (t *berth) abandon() int {
	t.of.mu.Lock()
	defer t.of.mu.Unlock()
	if !t.left && !t.abandoned {
		t.abandoned = true
		t.of.abandonedBerths++
	}
	return t.of.abandonedBerths
}

// Calls are the numbers of calls that stages make outside in this process.
type Calls struct {
	// Running are under way, Waiting for others to the same destination to end.
	// Abandoned are those of Running whose stages have gone on without them, as
	// they ignored that they were to end.
	Running, Waiting, Abandoned int
}

// Calls counts the calls under way.
func (r *Runner) Calls() Calls {
	r.berths.mu.Lock()
	defer r.berths.mu.Unlock()
	return Calls{Running: r.berths.taken, Waiting: r.berths.waiting, Abandoned: r.berths.abandonedBerths}
}

package resource

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/gennaker/gennaker/internal/store"
)

// controller runs the reconcilers of a process.
type controller struct {
	// work says that there may be something due.
	work chan struct{}
	// doubt says that something may be claimed in this process's name that it doesn't
	// know of: the answer of a transaction was lost.
	doubt chan struct{}
	// failing says that the database has failed the last time; it is the loop's own.
	failing bool

	mu    sync.Mutex
	held  map[key]*call
	calls sync.WaitGroup
}

type key struct{ kind, name string }

// call is a call for a resource that is running in this process.
type call struct {
	Resource
	wakes, fence int64
	// cancel ends it: another process may have taken the resource over. ended is closed
	// when it has.
	cancel context.CancelCauseFunc
	ended  chan struct{}
}

func newController() *controller {
	return &controller{work: make(chan struct{}, 1), doubt: make(chan struct{}, 1), held: map[key]*call{}}
}

// look has the controller look for what is due. It never blocks.
func (c *controller) look() { poke(c.work) }

func poke(signal chan struct{}) {
	select {
	case signal <- struct{}{}:
	default: // someone has already, and it isn't seen to yet
	}
}

const (
	// patient is how long it is waited for calls to end when the process does.
	patient = 10 * time.Second
	// restful is how long nothing is looked for if nothing is due: what a clock or a lost
	// ring keeps back is found then.
	restful = time.Minute
	// databasePause is how long it is waited after the database has failed.
	databasePause = time.Second
	// databaseTime bounds one transaction.
	databaseTime = 20 * time.Second
)

// run reconciles until ctx ends. No goroutine and no timer waits for a single resource:
// the database knows which of a kind is due next.
func (s *Service) run(ctx context.Context) {
	var ticks <-chan time.Time // on SQLite, where no one else can die, there are none
	if s.store.Postgres() != nil {
		ticker := time.NewTicker(s.o.Look)
		defer ticker.Stop()
		ticks = ticker.C
	}
	looked := time.Now()
	tend := func() {
		err := s.tend(ctx)
		if err == nil {
			looked = time.Now()
			return
		}
		if s.store.Postgres() != nil && time.Since(looked) > 2*s.o.Look {
			// Others will soon take this process for dead, and what it has for free.
			s.cancelAll()
		}
		poke(s.doubt)
		s.troubled(ctx, err)
	}
	s.takeOver(ctx)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
			continue
		case <-s.work:
		case <-timer.C:
		case <-ticks:
			tend()
		case <-s.doubt:
			tend()
		}
		wait, err := s.round(ctx)
		if err != nil {
			poke(s.doubt) // it may have been a claim whose answer was lost
			s.troubled(ctx, err)
		} else {
			s.failing = false
		}
		timer.Reset(wait)
	}
	s.end(ctx)
}

// troubled waits a moment after the database has failed.
func (s *Service) troubled(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	if !s.failing {
		s.log.WarnContext(ctx, "can't look after resources; trying again", "error", err)
	}
	s.failing = true
	timer := time.NewTimer(databasePause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// end waits for the calls to end, whose contexts have.
func (s *Service) end(ctx context.Context) {
	ended := make(chan struct{})
	go func() {
		s.calls.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(patient):
		s.log.WarnContext(ctx, "reconcilers don't end when they are told to; their resources are free all the same", "calls", len(s.calling()))
	}
}

// round takes up what is due, and gives the time until there is more.
func (s *Service) round(ctx context.Context) (time.Duration, error) {
	wait := restful
	for name, kind := range s.kinds {
		for {
			free := kind.Most - s.busy(name)
			if free <= 0 {
				break // whoever ends looks for more
			}
			due, there, err := s.nextDue(ctx, name)
			if err != nil {
				return databasePause, err
			}
			if !there {
				break
			}
			if due > 0 {
				wait = min(wait, due)
				break
			}
			n, err := s.claim(ctx, kind, free)
			if err != nil {
				return databasePause, err
			}
			if n == 0 { // another process was quicker
				wait = min(wait, time.Second)
				break
			}
		}
	}
	return wait, nil
}

// nextDue is the time until the next resource of a kind is due, if there is any.
func (s *Service) nextDue(ctx context.Context, kind string) (wait time.Duration, there bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, databaseTime)
	defer cancel()
	var millis *int64
	if err := s.store.Query(ctx, nextDue, []any{kind}, func(row store.Row) error { return row.Scan(&millis) }); err != nil {
		return 0, false, fmt.Errorf("look which %s is due: %w", kind, err)
	}
	if millis == nil {
		return 0, false, nil
	}
	return time.Duration(*millis) * time.Millisecond, true, nil
}

// claim takes up to n resources of a kind and begins a call for each.
func (s *Service) claim(ctx context.Context, kind Kind, n int) (int, error) {
	var claimed []*call
	writing, cancel := context.WithTimeout(ctx, databaseTime)
	defer cancel()
	err := s.store.Write(writing, func(ctx context.Context, tx *store.Tx) error {
		claimed = nil
		return tx.Query(ctx, claimRows, []any{s.owner, kind.Name, n}, func(row store.Row) (err error) {
			c := &call{}
			c.Resource, err = scan(row, &c.wakes, &c.fence)
			claimed = append(claimed, c)
			return err
		})
	})
	if err != nil {
		return 0, fmt.Errorf("take up resources of the kind %s: %w", kind.Name, err)
	}
	for _, c := range claimed {
		s.begin(ctx, kind, c)
	}
	return len(claimed), nil
}

// begin makes a call in a goroutine of its own. If one for the same resource goes on here
// still, which others have taken for dead, that ends first.
func (s *Service) begin(ctx context.Context, kind Kind, c *call) {
	ctx, c.cancel = context.WithCancelCause(ctx)
	c.ended = make(chan struct{})
	at := key{c.Kind, c.Name}
	s.mu.Lock()
	before := s.held[at]
	s.held[at] = c
	s.mu.Unlock()
	s.calls.Go(func() {
		defer close(c.ended)
		defer c.cancel(nil)
		if before != nil {
			before.cancel(errLost)
			<-before.ended
		}
		settled := s.attend(ctx, kind, c)
		s.mu.Lock()
		if s.held[at] == c {
			delete(s.held, at)
		}
		s.mu.Unlock()
		if !settled {
			poke(s.doubt)
		}
		s.look()
	})
}

// busy counts the calls for a kind that are running here.
func (s *Service) busy(kind string) (n int) {
	for at := range s.calling() {
		if at.kind == kind {
			n++
		}
	}
	return n
}

// calling are the calls that are running here.
func (s *Service) calling() map[key]*call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.held)
}

func (s *Service) cancelAll() {
	for _, c := range s.calling() {
		c.cancel(errLost)
	}
}

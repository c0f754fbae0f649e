package queue

import (
	"context"
	"slices"
	"sync"
)

// slots bound how many handlers work at the same time. A handler that only
// waits gives its slot to others and takes one again before it works on, ahead
// of what is fetched.
type slots struct {
	// ring has the producer fetch.
	ring func()

	mu      sync.Mutex
	total   int
	free    int
	waiting []chan struct{}
	// hungry says that the last fetch could have taken more.
	hungry bool
}

// take takes up to n slots for jobs that are about to be fetched.
func (s *slots) take(n int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	got := min(n, s.free)
	if got < n {
		s.hungry = true
	}
	s.free -= got
	return got
}

// fetched gives the slots back for which there was no job.
func (s *slots) fetched(unused int) {
	if unused == 0 {
		return
	}
	s.mu.Lock()
	s.hungry = false // there is nothing more to fetch
	s.mu.Unlock()
	for range unused {
		s.put()
	}
}

// put frees one slot.
func (s *slots) put() {
	s.mu.Lock()
	if len(s.waiting) > 0 {
		next := s.waiting[0]
		s.waiting = s.waiting[1:]
		s.mu.Unlock()
		close(next)
		return
	}
	s.free++
	ring := s.hungry
	s.hungry = false
	s.mu.Unlock()
	if ring {
		s.ring()
	}
}

// enter waits for a slot.
func (s *slots) enter(ctx context.Context) error {
	s.mu.Lock()
	if s.free > 0 {
		s.free--
		s.mu.Unlock()
		return nil
	}
	turn := make(chan struct{})
	s.waiting = append(s.waiting, turn)
	s.mu.Unlock()
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
	}
	s.mu.Lock()
	i := slices.Index(s.waiting, turn)
	if i >= 0 {
		s.waiting = slices.Delete(s.waiting, i, i+1)
	}
	s.mu.Unlock()
	if i < 0 {
		s.put() // the turn came at the last moment
	}
	return ctx.Err()
}

// working is how many handlers work now.
func (s *slots) working() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.total - s.free
}

// slot is one handler's. Only the handler's own goroutine uses it.
type slot struct {
	of    *slots
	trial *trial // nil but for a suspect
	held  bool
}

// Leave says that the handler only waits from now on, so that another may work
// in its place. The job stays this handler's.
func (j Job) Leave() {
	if s := j.slot; s != nil && s.held {
		s.held = false
		if s.trial != nil {
			s.trial.rest()
		}
		s.of.put()
	}
}

// Enter waits until the handler may work again after [Job.Leave].
func (j Job) Enter(ctx context.Context) error {
	s := j.slot
	if s == nil || s.held {
		return nil
	}
	if err := s.of.enter(ctx); err != nil {
		return err
	}
	s.held = true
	return nil
}

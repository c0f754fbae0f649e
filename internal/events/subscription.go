package events

import "sync"

// maxPending is how many executions' events may wait for a slow subscriber.
const maxPending = 1024

// Subscription is one subscriber's share of the events. Events that wait are
// one per execution, the latest; if too many wait, the oldest is dropped.
type Subscription struct {
	bus    *Bus
	filter func(Event) bool
	out    chan Event
	wake   chan struct{}
	done   chan struct{}
	close  sync.Once

	mu      sync.Mutex
	order   []string // ids of the executions in pending, oldest first
	pending map[string]Event
}

// C is where the events come. It is closed after Close.
func (s *Subscription) C() <-chan Event { return s.out }

// Close ends the subscription.
func (s *Subscription) Close() {
	s.close.Do(func() {
		s.bus.mu.Lock()
		delete(s.bus.subs, s)
		s.bus.mu.Unlock()
		close(s.done)
	})
}

func (s *Subscription) push(e Event) {
	s.mu.Lock()
	if _, waits := s.pending[e.ExecutionID]; !waits {
		if len(s.order) == maxPending {
			delete(s.pending, s.order[0])
			s.order = s.order[1:]
		}
		s.order = append(s.order, e.ExecutionID)
	}
	s.pending[e.ExecutionID] = e
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// pop takes the oldest event that waits.
func (s *Subscription) pop() (e Event, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.order) == 0 {
		return e, false
	}
	id := s.order[0]
	s.order = s.order[1:]
	e = s.pending[id]
	delete(s.pending, id)
	return e, true
}

func (s *Subscription) pump() {
	defer close(s.out)
	for {
		e, ok := s.pop()
		if !ok {
			select {
			case <-s.wake:
				continue
			case <-s.done:
				return
			}
		}
		select {
		case s.out <- e:
		case <-s.done:
			return
		}
	}
}

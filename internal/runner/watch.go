package runner

import (
	"context"
	"sync"
	"time"

	"github.com/gennaker/gennaker/internal/store"
)

// lookEvery is how often executions whose tasks are being run are looked at
// for signals that came by other processes. Those of this process are told at
// once.
const lookEvery = 250 * time.Millisecond

// watch looks for signals on behalf of all executions of this process that wait
// for their tasks, with one query.
type watch struct {
	store *store.Store

	mu      sync.Mutex
	waiting map[string]waiter
	looking bool
}

// waiter is an execution that waits.
type waiter struct {
	wake int64
	poke chan struct{}
}

func newWatch(st *store.Store) *watch {
	return &watch{store: st, waiting: map[string]waiter{}}
}

// add has an execution poked when its wake counter is another one. The function
// it returns ends that.
func (w *watch) add(id string, one waiter) (remove func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waiting[id] = one
	if !w.looking {
		w.looking = true
		go w.look()
	}
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.waiting[id].poke == one.poke {
			delete(w.waiting, id)
		}
	}
}

// look looks for as long as any execution waits.
func (w *watch) look() {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for range ticker.C {
		w.mu.Lock()
		if len(w.waiting) == 0 {
			w.looking = false
			w.mu.Unlock()
			return
		}
		ids := make([]string, 0, len(w.waiting))
		for id := range w.waiting {
			ids = append(ids, id)
		}
		w.mu.Unlock()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		wakes, err := w.store.Wakes(ctx, ids)
		cancel()
		if err != nil {
			continue // the next look may go well
		}
		w.mu.Lock()
		for _, id := range ids {
			one, waits := w.waiting[id]
			if wake, found := wakes[id]; waits && (!found || wake != one.wake) {
				poke(one.poke)
			}
		}
		w.mu.Unlock()
	}
}

func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

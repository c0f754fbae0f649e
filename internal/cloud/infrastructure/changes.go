package infrastructure

import (
	"context"
	"sync"
	"time"

	"github.com/gennaker/gennaker/internal/cloud/view"
)

const (
	// gather is how long changes are gathered before they are told together: a
	// rollout makes dozens within moments.
	gather = 50 * time.Millisecond
	// mostPending is how many changes are kept for a follower that is slow; what
	// is beyond is told as one change of everything.
	mostPending = 1000
)

// Changes tells followers what has changed in an application. The zero value
// is ready. It is safe for concurrent use.
type Changes struct {
	mu        sync.RWMutex
	followers map[string]map[*follower]struct{} // by application; "" follows all
}

// follower holds what one who follows has not been told yet.
type follower struct {
	mu      sync.Mutex
	pending map[changeKey]view.Change
	wake    chan struct{}
}

type changeKey struct{ account, region, name string }

// Publish passes a change on. It doesn't wait for anybody.
func (c *Changes) Publish(change view.Change) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for _, app := range []string{change.Application, ""} {
		for f := range c.followers[app] {
			f.add(change)
		}
	}
}

func (f *follower) add(change view.Change) {
	f.mu.Lock()
	key := changeKey{change.Account, change.Region, change.Name}
	if _, there := f.pending[key]; !there && len(f.pending) >= mostPending {
		key, change = changeKey{}, view.Change{Application: change.Application, Type: view.Everything}
	}
	f.pending[key] = change
	f.mu.Unlock()
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

func (f *follower) take() []any {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := make([]any, 0, len(f.pending))
	for _, change := range f.pending {
		out = append(out, change)
	}
	clear(f.pending)
	return out
}

// Follow tells of an application's changes, some at a time, or of all
// applications' where it is "", until the context ends or tell fails. It has
// begun to follow when it calls began.
func (c *Changes) Follow(ctx context.Context, app string, began func() error, tell func([]any) error) error {
	f := &follower{pending: map[changeKey]view.Change{}, wake: make(chan struct{}, 1)}
	c.join(app, f)
	defer c.leave(app, f)
	if err := began(); err != nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-f.wake:
		}
		timer := time.NewTimer(gather)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-timer.C:
		}
		if changes := f.take(); len(changes) > 0 {
			if err := tell(changes); err != nil {
				return err
			}
		}
	}
}

func (c *Changes) join(app string, f *follower) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.followers == nil {
		c.followers = map[string]map[*follower]struct{}{}
	}
	if c.followers[app] == nil {
		c.followers[app] = map[*follower]struct{}{}
	}
	c.followers[app][f] = struct{}{}
}

func (c *Changes) leave(app string, f *follower) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.followers[app], f)
	if len(c.followers[app]) == 0 {
		delete(c.followers, app)
	}
}

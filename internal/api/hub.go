package api

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// feedLoad is how long reading what a feed begins with may take, or one
	// execution of it.
	feedLoad = 10 * time.Second
	// feedBytes is how much all feeds together may hold, in bytes, before no
	// further one begins.
	feedBytes = 256 << 20
)

// hub bounds the live streams, and has those of the same view share a [feed].
type hub struct {
	*server
	bytes atomic.Int64 // that the feeds hold

	mu    sync.Mutex
	feeds map[string]*feed // by the view's key
}

func newHub(s *server) *hub {
	return &hub{server: s, feeds: map[string]*feed{}}
}

// join gives a client its share of a view: what there is now, and a mailbox for
// what changes. The function that comes back ends it.
func (h *hub) join(ctx context.Context, v view) (items [][]byte, box *mailbox, leave func(), err error) {
	for {
		f := h.feed(v) //nolint:contextcheck // others share it
		select {
		case <-f.ready:
			err = f.err
		case <-ctx.Done():
			err = ctx.Err()
		}
		if err != nil {
			h.quit(f, nil)
			return nil, nil, nil, err
		}
		box := newMailbox(f)
		if items, ok := f.admit(box); ok {
			return items, box, func() { h.quit(f, box) }, nil
		}
		h.quit(f, box) // it has just ended
	}
}

// feed finds the feed of a view, or begins one, which outlives the request.
func (h *hub) feed(v view) *feed {
	h.mu.Lock()
	defer h.mu.Unlock()
	f, ok := h.feeds[v.key]
	if !ok {
		ctx, stop := context.WithCancel(context.Background())
		f = newFeed(h, v, stop)
		h.feeds[v.key] = f
		go f.run(ctx)
	}
	f.users++
	return f
}

// quit ends a client's share; a feed that nobody follows ends.
func (h *hub) quit(f *feed, box *mailbox) {
	f.dismiss(box)
	h.mu.Lock()
	defer h.mu.Unlock()
	f.users--
	if f.users == 0 {
		h.forgetLocked(f)
		f.stop()
	}
}

// forget has the next client begin a new feed.
func (h *hub) forget(f *feed) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.forgetLocked(f)
}

func (h *hub) forgetLocked(f *feed) {
	if h.feeds[f.view.key] == f {
		delete(h.feeds, f.view.key)
	}
}

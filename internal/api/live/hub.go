package live

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/events"
)

const (
	// feedLoad is how long reading what a feed begins with may take, or one
	// execution of it.
	feedLoad = 10 * time.Second
	// feedBytes is how much all feeds together may hold, in bytes, before no
	// further one begins.
	feedBytes = 256 << 20
)

// Hub has the live streams of the same view share a [feed].
type Hub struct {
	streams *rest.Streams
	events  Events
	repair  time.Duration
	log     *slog.Logger
	bytes   atomic.Int64 // that the feeds hold

	mu    sync.Mutex
	feeds map[string]*feed // by the view's key
}

// Options are what a Hub is made of.
type Options struct {
	// Streams bounds the streams.
	Streams *rest.Streams
	Events  Events
	// Repair is the time between looks at the store, for what a lost event would
	// have told; 30 seconds by default.
	Repair time.Duration
	Log    *slog.Logger
}

// Events tells of changes of executions.
type Events interface {
	Subscribe(filter func(events.Event) bool) *events.Subscription
}

// New returns a Hub.
func New(o Options) *Hub {
	if o.Repair <= 0 {
		o.Repair = 30 * time.Second
	}
	return &Hub{streams: o.Streams, events: o.Events, repair: o.Repair, log: o.Log, feeds: map[string]*feed{}}
}

// join gives a client its share of a view: what there is now, and a mailbox for
// what changes. The function that comes back ends it.
func (h *Hub) join(ctx context.Context, v View) (items [][]byte, box *mailbox, leave func(), err error) {
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
func (h *Hub) feed(v View) *feed {
	h.mu.Lock()
	defer h.mu.Unlock()
	f, ok := h.feeds[v.Key]
	if !ok {
		ctx, stop := context.WithCancel(context.Background())
		f = newFeed(h, v, stop)
		h.feeds[v.Key] = f
		go f.run(ctx)
	}
	f.users++
	return f
}

// quit ends a client's share; a feed that nobody follows ends.
func (h *Hub) quit(f *feed, box *mailbox) {
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
func (h *Hub) forget(f *feed) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.forgetLocked(f)
}

func (h *Hub) forgetLocked(f *feed) {
	if h.feeds[f.view.Key] == f {
		delete(h.feeds, f.view.Key)
	}
}

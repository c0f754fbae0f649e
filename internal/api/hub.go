package api

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

const (
	// hubCache is how many rendered changes are kept: those that several
	// clients are about to be told.
	hubCache = 256
	// hubLoad is how long reading one execution may take.
	hubLoad = 10 * time.Second
)

// hub bounds the live streams, and renders each change once for all of them.
type hub struct {
	slots chan struct{}

	flight singleflight.Group
	mu     sync.Mutex
	cache  map[string][]byte
}

func newHub(s *server) *hub {
	return &hub{slots: make(chan struct{}, s.config.MaxStreams), cache: map[string][]byte{}}
}

// enter takes a place among the streams; leave gives it back.
func (h *hub) enter() error {
	select {
	case h.slots <- struct{}{}:
		return nil
	default:
		return fault.New(fault.Unavailable, "there are as many live streams as this process serves (%d); ask for the list instead", cap(h.slots))
	}
}

func (h *hub) leave() { <-h.slots }

// render is an execution as JSON in one of its views. Clients that are told of
// the same revision share one reading of it; a revision of 0 is not shared.
func (h *hub) render(ctx context.Context, view string, id string, revision int64, show func(context.Context, string) (any, error)) ([]byte, error) {
	load := func() ([]byte, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), hubLoad)
		defer cancel()
		item, err := show(ctx, id)
		if err != nil {
			return nil, err
		}
		return model.Marshal(item)
	}
	if revision == 0 {
		return load()
	}
	key := fmt.Sprintf("%s %s %d", view, id, revision)
	h.mu.Lock()
	data, ok := h.cache[key]
	h.mu.Unlock()
	if ok {
		return data, nil
	}
	value, err, _ := h.flight.Do(key, func() (any, error) { return load() })
	if err != nil {
		return nil, err
	}
	data = value.([]byte)
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.cache) >= hubCache {
		clear(h.cache)
	}
	h.cache[key] = data
	return data, nil
}

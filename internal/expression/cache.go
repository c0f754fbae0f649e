package expression

import (
	"sync"
	"sync/atomic"
)

// cache keeps what was made from texts, up to a number of them; those that
// were not asked for lately make room. It is safe for concurrent use.
type cache[T any] struct {
	make func(string) (T, error)
	// maxSize is the longest text that is kept.
	maxSize int

	mu    sync.RWMutex
	byKey map[string]*cached[T]
	ring  []*cached[T]
	hand  int
}

type cached[T any] struct {
	key   string
	value T
	err   error
	used  atomic.Bool
}

func newCache[T any](capacity, maxSize int, build func(string) (T, error)) *cache[T] {
	return &cache[T]{make: build, maxSize: maxSize, byKey: map[string]*cached[T]{}, ring: make([]*cached[T], 0, capacity)}
}

func (c *cache[T]) get(key string) (T, error) {
	c.mu.RLock()
	e := c.byKey[key]
	c.mu.RUnlock()
	if e != nil {
		if !e.used.Load() {
			e.used.Store(true)
		}
		return e.value, e.err
	}
	v, err := c.make(key)
	if len(key) <= c.maxSize {
		c.add(&cached[T]{key: key, value: v, err: err})
	}
	return v, err
}

// add keeps an entry in the place of one that was not used since the hand of
// the clock came by last.
func (c *cache[T]) add(e *cached[T]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.byKey[e.key]; ok {
		return
	}
	c.byKey[e.key] = e
	if len(c.ring) < cap(c.ring) {
		c.ring = append(c.ring, e)
		return
	}
	for c.ring[c.hand].used.Swap(false) {
		c.hand = (c.hand + 1) % len(c.ring)
	}
	delete(c.byKey, c.ring[c.hand].key)
	c.ring[c.hand] = e
	c.hand = (c.hand + 1) % len(c.ring)
}

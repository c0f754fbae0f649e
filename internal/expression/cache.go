package expression

import (
	"sync"
	"sync/atomic"
)

// cache keeps what was made from texts, up to a number of them and to a number
// of bytes of text; those that were not asked for lately make room. It is safe
// for concurrent use.
type cache[T any] struct {
	make     func(string) (T, error)
	capacity int
	bytes    int

	mu    sync.RWMutex
	byKey map[string]*cached[T]
	ring  []*cached[T]
	hand  int
	held  int // bytes of text
}

type cached[T any] struct {
	key   string
	value T
	err   error
	used  atomic.Bool
}

func newCache[T any](capacity, bytes int, build func(string) (T, error)) *cache[T] {
	return &cache[T]{make: build, capacity: capacity, bytes: bytes, byKey: map[string]*cached[T]{}}
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
	if len(key) <= c.bytes/64 {
		c.add(&cached[T]{key: key, value: v, err: err})
	}
	return v, err
}

func (c *cache[T]) add(e *cached[T]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.byKey[e.key]; ok {
		return
	}
	for len(c.ring) >= c.capacity || c.held+len(e.key) > c.bytes {
		c.evict()
	}
	c.byKey[e.key] = e
	c.ring = append(c.ring, e)
	c.held += len(e.key)
}

// evict drops the next entry that was not used since the hand of the clock
// came by last.
func (c *cache[T]) evict() {
	for {
		c.hand %= len(c.ring)
		if !c.ring[c.hand].used.Swap(false) {
			break
		}
		c.hand++
	}
	old, last := c.ring[c.hand], len(c.ring)-1
	delete(c.byKey, old.key)
	c.held -= len(old.key)
	c.ring[c.hand], c.ring[last] = c.ring[last], nil
	c.ring = c.ring[:last]
}

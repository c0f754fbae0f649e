// Package cache keeps rendered manifests in the store, by the hash of all that they
// depend on. Whatever number of processes wants one, one of them renders it.
package cache

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/singleflight"

	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/store"
)

const (
	// claimFor is how long a process has to render: a little more than renderers may take.
	claimFor = 3 * time.Minute
	// lookAgain is how often others look whether it is done.
	lookAgain = 50 * time.Millisecond
	// keptFor is how long a manifest that isn't used is kept.
	keptFor = 14 * 24 * time.Hour
	// mostKept is how many bytes all that is kept may take; what was used least recently
	// goes first.
	mostKept = 256 << 20
)

// Cache is a [bakery.Cache].
type Cache struct {
	store   *store.Store
	now     func() time.Time
	flights singleflight.Group
	// most is mostKept, but for tests.
	most int64
}

var _ bakery.Cache = (*Cache)(nil)

// New makes a cache. now is the clock, [time.Now] if it is nil.
func New(st *store.Store, now func() time.Time) *Cache {
	if now == nil {
		now = time.Now
	}
	return &Cache{store: st, now: now, most: mostKept}
}

// got is what a flight of [Cache.Get] brings.
type got struct {
	manifest []byte
	cached   bool
}

// Get implements [bakery.Cache]. Those that ask at the same time share one rendering,
// which goes on for the others if one of them gives up.
func (c *Cache) Get(ctx context.Context, key string, render func(ctx context.Context) (bakery.Output, error)) (manifest []byte, cached bool, err error) {
	flight := c.flights.DoChan(key, func() (any, error) {
		within, cancel := context.WithTimeout(context.WithoutCancel(ctx), claimFor)
		defer cancel()
		return c.get(within, key, render)
	})
	select {
	case <-ctx.Done():
		return nil, false, context.Cause(ctx)
	case done := <-flight:
		if done.Err != nil {
			return nil, false, done.Err
		}
		out := done.Val.(got) //nolint:forcetypeassert // get gives nothing else
		return out.manifest, out.cached, nil
	}
}

func (c *Cache) get(ctx context.Context, key string, render func(ctx context.Context) (bakery.Output, error)) (got, error) {
	me := uuid.NewString()
	for {
		manifest, ok, err := c.use(ctx, key)
		if ok || err != nil {
			return got{manifest, true}, err
		}
		claimed, err := c.claim(ctx, key, me)
		if err != nil {
			return got{}, err
		}
		if claimed {
			return c.make(ctx, key, me, render)
		}
		select { // another process renders it
		case <-ctx.Done():
			return got{}, fmt.Errorf("wait for another process to render the manifest: %w", context.Cause(ctx))
		case <-time.After(lookAgain):
		}
	}
}

// make renders and keeps a manifest that this process has claimed.
func (c *Cache) make(ctx context.Context, key, me string, render func(ctx context.Context) (bakery.Output, error)) (got, error) {
	made, err := render(ctx)
	if err == nil && !made.Varying {
		err = c.keep(ctx, key, me, made.Manifest)
		return got{manifest: made.Manifest}, err
	}
	// What failed or varies is rendered again by whoever wants it next.
	after, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	return got{manifest: made.Manifest}, errors.Join(err, c.release(after, key, me))
}

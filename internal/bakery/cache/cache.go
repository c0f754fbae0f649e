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
)

// Sealer encrypts manifests for their place, as [encryption.Keyring] does.
type Sealer interface {
	Seal(ctx context.Context, place string, plain []byte) (string, error)
	Open(ctx context.Context, place, sealed string) ([]byte, error)
}

// Options are what a cache is made of.
type Options struct {
	Store  *store.Store
	Config bakery.CacheConfig
	// Sealer encrypts manifests that hold Secrets. If it is nil, or gives nil or an error,
	// these aren't kept.
	Sealer func() Sealer
	// Now is the clock, [time.Now] if it is nil.
	Now func() time.Time
}

// Cache is a [bakery.Cache].
type Cache struct {
	store   *store.Store
	config  bakery.CacheConfig
	sealer  func() Sealer
	now     func() time.Time
	flights singleflight.Group
}

var _ bakery.Cache = (*Cache)(nil)

// New makes a cache.
func New(o Options) *Cache {
	c := &Cache{store: o.Store, config: o.Config, sealer: o.Sealer, now: o.Now}
	if c.now == nil {
		c.now = time.Now
	}
	if c.sealer == nil {
		c.sealer = func() Sealer { return nil }
	}
	return c
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
		if packed, ok := c.pack(ctx, key, made.Manifest); ok {
			return got{manifest: made.Manifest}, c.keep(ctx, key, me, packed)
		}
	}
	// What failed, varies, or may not be kept is rendered again by whoever wants it next.
	after, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	return got{manifest: made.Manifest}, errors.Join(err, c.release(after, key, me))
}

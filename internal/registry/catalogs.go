package registry

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/gennaker/gennaker/internal/artifact"
)

const (
	// listTime is for how long a registry is asked while somebody waits for a list.
	listTime = 10 * time.Second
	// listAge is for how long a list of repositories is kept: whoever types a name into a
	// search asks with each letter.
	listAge = 15 * time.Second
	// mostListed bounds how many repositories are kept of all registries together.
	mostListed = 200_000
)

// catalogs keeps for a short time which repositories registries have, and asks each
// registry once for all who want to know. The zero value is ready. It is safe for
// concurrent use.
type catalogs struct {
	flights singleflight.Group
	mu      sync.Mutex
	kept    map[string]listed
}

// listed is what a registry has told.
type listed struct {
	names []string
	at    time.Time
}

// of gives the repositories of a registry, as ask tells them, or as was told not long ago.
// A registry that can't be asked is left alone for as long.
func (c *catalogs) of(ctx context.Context, source string, now func() time.Time, ask func(ctx context.Context) []string) []string {
	if names, ok := c.recent(source, now()); ok {
		return names
	}
	// Who asks first may go away: the others wait on.
	flight := c.flights.DoChan(source, func() (any, error) {
		if names, ok := c.recent(source, now()); ok { // a flight has ended since
			return names, nil
		}
		within, cancel := context.WithTimeout(context.WithoutCancel(ctx), listTime)
		defer cancel()
		names := ask(within)
		c.keep(source, listed{names, now()})
		return names, nil
	})
	select {
	case result := <-flight:
		names, _ := result.Val.([]string)
		return names
	case <-ctx.Done():
		return nil
	}
}

// recent is what was told not long ago.
func (c *catalogs) recent(source string, now time.Time) (names []string, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, ok := c.kept[source]
	return found.names, ok && now.Sub(found.at) < listAge
}

// keep keeps a list, and drops those that are too old.
func (c *catalogs) keep(source string, one listed) {
	c.mu.Lock()
	defer c.mu.Unlock()
	total := len(one.names)
	for name, old := range c.kept {
		if total += len(old.names); one.at.Sub(old.at) >= listAge || total > mostListed {
			delete(c.kept, name)
		}
	}
	if c.kept == nil {
		c.kept = map[string]listed{}
	}
	c.kept[source] = one
}

// catalog lists the repositories of a registry as far as it tells.
func (s *Service) catalog(ctx context.Context, src artifact.Source) []string {
	if len(src.Repositories) > 0 {
		return src.Repositories
	}
	return s.catalogs.of(ctx, nameOf(src.Section, src.Account)+" "+src.Host, s.o.Now, func(ctx context.Context) []string {
		look, err := src.Look(ctx)
		if err != nil {
			return nil
		}
		names, err := look.Catalog(ctx)
		if err != nil {
			s.log.DebugContext(ctx, "can't list the repositories of a registry", "account", src.Account, "error", err)
		}
		return names
	})
}

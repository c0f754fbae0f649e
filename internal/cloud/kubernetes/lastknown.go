package kubernetes

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

const (
	// knownFresh is how long an answer of a cluster is used without asking again, as
	// Clouddriver does with namespaces.
	knownFresh = 30 * time.Second
	// knownWait is how long who asks waits for a cluster to answer, before getting
	// what was last known.
	knownWait = 2 * time.Second
	// knownTimeout is how long a cluster may take to answer at all.
	knownTimeout = 20 * time.Second
	// knownRetry is how long after a failure nobody waits for the cluster.
	knownRetry = 10 * time.Second
)

// lastKnown remembers what a cluster answered. A cluster that does not answer has
// what it had last, so that the answer is never late for long.
type lastKnown[T any] struct {
	flight singleflight.Group

	mu     sync.Mutex
	value  T
	read   time.Time // when value was read; zero if never
	failed time.Time // when reading failed since; zero if it did not
}

// get asks with read if what is known is too old.
func (l *lastKnown[T]) get(ctx context.Context, read func(context.Context) (T, error)) T {
	value, fresh, failing := l.known()
	if fresh {
		return value
	}
	asked := l.flight.DoChan("", func() (any, error) { return nil, l.ask(ctx, read) })
	if failing {
		return value
	}
	timer := time.NewTimer(knownWait)
	defer timer.Stop()
	select {
	case <-asked:
	case <-timer.C:
	case <-ctx.Done():
	}
	value, _, _ = l.known()
	return value
}

// known is what was last read, whether it is fresh, and whether the cluster has
// just failed to answer.
func (l *lastKnown[T]) known() (value T, fresh, failing bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.value, time.Since(l.read) < knownFresh, time.Since(l.failed) < knownRetry
}

// ask outlives the request that it is made for, as others may wait for the same
// answer.
func (l *lastKnown[T]) ask(ctx context.Context, read func(context.Context) (T, error)) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), knownTimeout)
	defer cancel()
	value, err := read(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		l.failed = time.Now()
		return err
	}
	l.value, l.read, l.failed = value, time.Now(), time.Time{}
	return nil
}

package limit

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/gennaker/gennaker/internal/fault"
)

// Budget is memory that what is decoded at the same time shares. Who needs much
// of it waits for others to end; what is small costs nothing.
type Budget struct {
	total int64
	wait  time.Duration
	sem   *semaphore.Weighted
}

// Total is how many bytes there are in all; false if there is no bound.
func (b *Budget) Total() (bytes int64, bounded bool) {
	if b == nil {
		return 0, false
	}
	return b.total, true
}

// Free is how many bytes a user of a [Budget] gets without asking.
const Free = 256 << 10

// NewBudget returns a budget of so many bytes, for which a user waits at most
// so long.
func NewBudget(total int64, wait time.Duration) *Budget {
	return &Budget{total: total, wait: wait, sem: semaphore.NewWeighted(total)}
}

// Take reserves bytes until release is called, which may be called twice. More
// than the whole budget counts as the whole, so that whatever the other bounds
// allow has its turn. Without room in time it fails with [fault.Unavailable].
// A nil budget is without bound.
func (b *Budget) Take(ctx context.Context, bytes int64) (release func(), err error) {
	if bytes <= Free {
		return func() {}, nil
	}
	return b.Reserve(ctx, bytes)
}

// Reserve is [Budget.Take], but what is small is counted too.
func (b *Budget) Reserve(ctx context.Context, bytes int64) (release func(), err error) {
	if b == nil {
		return func() {}, nil
	}
	bytes = min(bytes, b.total)
	if !b.sem.TryAcquire(bytes) {
		waiting, cancel := context.WithTimeout(ctx, b.wait)
		defer cancel()
		if err := b.sem.Acquire(waiting, bytes); err != nil {
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			return nil, fault.New(fault.Unavailable, "the server has no memory left for this while it handles other large requests; try again in a few seconds")
		}
	}
	return sync.OnceFunc(func() { b.sem.Release(bytes) }), nil
}

package runner

import (
	"context"
	"errors"
	"sync"

	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
)

const (
	// growing is how many executions may have large results of expressions in
	// memory at the same time, beside what r.Memory counts. One takes up to 256 MB
	// until the results are stored.
	growing = 1
	// perKeptByte is what an execution takes in memory for each byte of its
	// documents while it waits.
	perKeptByte = 3
)

// room is the memory that a run holds for what its expressions evaluate to. What
// was taken to load a large execution is held beside it, so nobody who holds room
// waits for memory.
type room struct {
	mu   sync.Mutex
	free func()
}

// makeRoom sets memory aside on behalf of the loop, which gives its worker to
// others meanwhile. It returns how many bytes the execution may grow by.
func (r *run) makeRoom(ctx context.Context) (int, error) {
	r.job.Leave()
	left, err := r.roomFor(ctx, r.machine.Execution())
	return left, errors.Join(err, r.job.Enter(ctx))
}

// roomFor sets memory aside unless the run holds some already.
func (r *run) roomFor(ctx context.Context, e *model.Execution) (int, error) {
	r.room.mu.Lock()
	defer r.room.mu.Unlock()
	if r.room.free == nil {
		select {
		case r.growing <- struct{}{}:
			r.room.free = sync.OnceFunc(func() { <-r.growing })
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
	}
	return limit.Execution - e.Size(), nil
}

// shrink gives the room back before the execution waits, if there is memory for
// what it has become.
func (r *run) shrink(ctx context.Context) {
	r.room.mu.Lock()
	defer r.room.mu.Unlock()
	if r.room.free == nil || len(r.flights) == 0 {
		return
	}
	kept, err := r.Memory.Take(ctx, int64(r.machine.Execution().Size())*perKeptByte)
	if err != nil {
		return // others are waiting: it holds what it has
	}
	r.room.free()
	r.room.free = kept
}

// freeRoom gives all memory back.
func (r *run) freeRoom() {
	r.room.mu.Lock()
	defer r.room.mu.Unlock()
	if r.room.free != nil {
		r.room.free()
		r.room.free = nil
	}
}

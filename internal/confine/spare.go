package confine

import (
	"context"
	"sync"
	"time"
)

// spareFor is how long a child waits for work: starting one takes longer than most work
// does, and work often comes several at a time.
const spareFor = 30 * time.Second

// spares are the children that wait for work, one at most.
type spares struct {
	mu      sync.Mutex
	waiting *process
	timer   *time.Timer
	filling bool
}

// take gives the spare child, or starts one. The child ends with the context.
func (k *Kind) take(ctx context.Context) (*process, error) {
	k.spare.mu.Lock()
	child := k.spare.waiting
	k.spare.waiting = nil
	if k.spare.timer != nil {
		k.spare.timer.Stop()
	}
	k.spare.mu.Unlock()
	if child == nil {
		var err error
		if child, err = k.start(); err != nil { //nolint:contextcheck // it is bound to the context below
			return nil, err
		}
	}
	child.release = context.AfterFunc(ctx, child.cancel)
	return child, nil
}

// refill starts a spare child, unless there is one.
func (k *Kind) refill() {
	k.spare.mu.Lock()
	defer k.spare.mu.Unlock()
	if k.spare.waiting != nil || k.spare.filling {
		return
	}
	k.spare.filling = true
	go func() {
		child, err := k.start()
		k.spare.mu.Lock()
		defer k.spare.mu.Unlock()
		k.spare.filling = false
		if err != nil {
			return // whoever needs one sees the error
		}
		k.spare.waiting = child
		k.spare.timer = time.AfterFunc(spareFor, func() { k.dismiss(child) })
	}()
}

// dismiss ends a spare child that found no work.
func (k *Kind) dismiss(child *process) {
	k.spare.mu.Lock()
	mine := k.spare.waiting == child
	if mine {
		k.spare.waiting = nil
	}
	k.spare.mu.Unlock()
	if mine {
		_ = child.end()
	}
}

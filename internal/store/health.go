package store

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
)

// fresh is how long a write that went well vouches for the database.
const fresh = 5 * time.Second

// minFree is how much of SQLite's disk must be free: less is gone within
// seconds.
const minFree = 1 << 20

// What a probe writes: more after a failure, as a full disk still takes what
// goes into space that the database's files have already.
const (
	smallProbe = 4 << 10
	largeProbe = 512 << 10
)

var writeProbe = statement(`
	INSERT INTO probes (id, filler) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET filler = excluded.filler`)

// writeState is what the last writes tell about the database.
type writeState struct {
	// good is when a write last went well, in nanoseconds since the epoch.
	good atomic.Int64
	bad  atomic.Pointer[error]
	// probing is taken while a probe is under way.
	probing atomic.Bool
}

// wrote takes note of a write.
func (w *writeState) wrote(err error) {
	switch {
	case err == nil:
		w.good.Store(time.Now().UnixNano())
		if w.bad.Load() != nil {
			w.bad.Store(nil)
		}
	case IsAway(err) && !isPassing(err):
		w.bad.Store(&err)
	}
}

// Check reports whether the database takes writes: by the last ones, or by one
// of its own where those are too long ago or failed. The error is one sentence
// for an operator.
func (s *Store) Check(ctx context.Context) error {
	w := &s.writes
	if s.path != "" {
		if free, err := freeSpace(s.path); err == nil && free < minFree {
			return fault.New(fault.Unavailable, "%s", messageFull)
		}
	}
	bad := w.bad.Load()
	if bad == nil && time.Since(time.Unix(0, w.good.Load())).Abs() < fresh {
		return nil
	}
	if !w.probing.CompareAndSwap(false, true) {
		if bad != nil {
			return told(*bad)
		}
		return nil // the probe that is under way tells the next one who asks
	}
	defer w.probing.Store(false)
	size := smallProbe
	if bad != nil {
		size = largeProbe
	}
	return told(s.Write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.exec(ctx, writeProbe, strings.Repeat("x", size))
		return err
	}))
}

// told is what may be told of an error to whoever asks for the health.
func told(err error) error {
	if err == nil {
		return nil
	}
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return fault.New(fault.Unavailable, "the database doesn't answer in time")
	}
	return err
}

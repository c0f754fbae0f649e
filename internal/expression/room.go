package expression

import (
	"context"
	"time"
)

const (
	// largeText is how many bytes of text an evaluation makes or returns without
	// asking for room.
	largeText = 256 << 10
	// largeSteps is how many steps it takes without asking.
	largeSteps = 16 << 10
	// largeAtOnce is how many large evaluations go on at the same time of those
	// whose caller has no [Room].
	largeAtOnce = 2
)

// Room is memory that a caller sets aside before an evaluation becomes large.
// All evaluations with the same context share it. It is used by one goroutine.
type Room struct {
	take  func(context.Context) (results int, err error)
	taken bool
	left  int
	err   error
}

type roomKey struct{}

// WithRoom returns a context whose evaluations call take once before they take
// much memory. It may wait. It returns how many bytes the results may have; an
// error fails what is evaluated from then on. The caller frees the memory when it
// no longer needs the results.
func WithRoom(ctx context.Context, take func(context.Context) (results int, err error)) context.Context {
	return context.WithValue(ctx, roomKey{}, &Room{take: take})
}

// afford asks for room, once for each document. Waiting doesn't count as the
// expressions' time.
func (w *walker) afford() error {
	if w.large {
		return w.tight
	}
	w.large = true
	start := time.Now()
	defer func() {
		waited := time.Since(start)
		w.state.deadline, w.deadline = w.state.deadline.Add(waited), w.deadline.Add(waited)
	}()
	room, ok := w.ctx.Value(roomKey{}).(*Room)
	if !ok {
		select {
		case w.env.large <- struct{}{}:
			w.release = func() { <-w.env.large }
		case <-w.ctx.Done():
			w.tight = fail(exState, "the evaluation was ended: %v", context.Cause(w.ctx))
		}
		return w.tight
	}
	if !room.taken {
		room.taken = true
		room.left, room.err = room.take(w.ctx)
	}
	if w.shared = room; room.err != nil {
		w.tight = fail(exState, "%v", room.err)
	}
	return w.tight
}

// done gives back what afford took, if it is the evaluator's own.
func (w *walker) done() {
	if w.release != nil {
		w.release()
	}
}

// keep counts a result of so many bytes.
func (w *walker) keep(bytes int) error {
	w.room -= bytes
	if w.env.limits.Output-w.room > largeText {
		if err := w.afford(); err != nil {
			return err
		}
	}
	if w.room < 0 {
		return fail(exState, "the results of the document's expressions are larger than %d bytes", w.env.limits.Output)
	}
	if w.shared != nil {
		if w.shared.left -= bytes; w.shared.left < 0 {
			return fail(exState, "with the results of its expressions the execution would be too large")
		}
	}
	return nil
}

// fits tells whether a text of so many bytes may be made, before it is.
func (st *state) fits(bytes int) error {
	if bytes < 0 || bytes > st.env.limits.Text {
		return tooLong(st.env.limits.Text)
	}
	if bytes > largeText && st.walker != nil {
		return st.walker.afford()
	}
	return nil
}

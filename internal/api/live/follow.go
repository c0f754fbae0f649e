package live

import (
	"context"
	"net/http"
	"time"

	"github.com/gennaker/gennaker/internal/api/rest"
)

// follower tells one client of changes. It is used by one goroutine.
type follower struct {
	*Hub
	view View
	out  *rest.SSE
	box  *mailbox
}

// Serve serves a view until the client or the process goes away.
func (h *Hub) Serve(w http.ResponseWriter, r *http.Request, v View) error {
	if err := h.streams.Enter(); err != nil {
		return err
	}
	defer h.streams.Leave()
	ctx := r.Context()
	items, box, leave, err := h.join(ctx, v)
	if err != nil {
		return err
	}
	defer leave()
	out, err := rest.OpenSSE(w)
	if err == nil {
		f := &follower{Hub: h, view: v, out: out, box: box}
		if err = f.snapshot(items); err == nil {
			err = f.follow(ctx)
		}
	}
	if err != nil && ctx.Err() == nil {
		h.log.DebugContext(ctx, "a live stream broke", "path", r.URL.Path, "error", err)
	}
	return nil // the answer has begun
}

func (f *follower) snapshot(items [][]byte) error {
	if !f.view.Single {
		return f.out.SendList("snapshot", items)
	}
	if len(items) == 0 {
		return nil // gone since; its deletion waits in the mailbox
	}
	return f.out.SendRaw("snapshot", "", items[0])
}

func (f *follower) follow(ctx context.Context) error {
	beat := time.NewTicker(f.streams.Heartbeat)
	defer beat.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-f.streams.Done():
			return nil
		case <-beat.C:
			if err := f.out.Beat(); err != nil {
				return err
			}
		case <-f.box.wake:
			if ended, err := f.deliver(); ended || err != nil {
				return err
			}
		}
	}
}

// deliver sends what waits in the mailbox.
func (f *follower) deliver() (ended bool, err error) {
	messages, all, anew, closed := f.box.take()
	if anew {
		if err := f.snapshot(all); err != nil {
			return false, err
		}
	}
	for _, m := range messages {
		if err := f.out.SendRaw(m.name, m.id, m.data); err != nil {
			return false, err
		}
	}
	return closed, nil
}

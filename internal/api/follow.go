package api

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/gennaker/gennaker/internal/events"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// settle is how long changes are gathered before they are told, so that an
// execution that changes ten times in a moment is sent once.
const settle = 50 * time.Millisecond

// follower tells one client of changes. It is used by one goroutine.
type follower struct {
	*server
	view view
	out  *sse
	sub  *events.Subscription
	// told is what the client has of each execution, to know what it missed.
	told map[string][sha256.Size]byte
}

// stream serves a view until the client or the process goes away.
func (s *server) stream(w http.ResponseWriter, r *http.Request, v view) error {
	if err := s.live.enter(); err != nil {
		return err
	}
	defer s.live.leave()
	ctx := r.Context()
	// Before the snapshot: a change in between is told twice, never missed.
	sub := s.events.Subscribe(v.filter)
	defer sub.Close()
	items, err := v.items(ctx)
	if err != nil {
		return err
	}
	out, err := openSSE(w)
	if err == nil {
		f := &follower{server: s, view: v, out: out, sub: sub}
		if err = f.snapshot(items); err == nil {
			err = f.follow(ctx)
		}
	}
	if err != nil && ctx.Err() == nil {
		s.log.DebugContext(ctx, "a live stream broke", "path", r.URL.Path, "error", err)
	}
	return nil // the answer has begun
}

func (f *follower) snapshot(items []shown) error {
	f.told = make(map[string][sha256.Size]byte, len(items))
	list := make([]json.RawMessage, len(items))
	for i, e := range items {
		data, err := model.Marshal(e.item)
		if err != nil {
			return fmt.Errorf("encode execution %s: %w", e.id, err)
		}
		list[i], f.told[e.id] = data, sha256.Sum256(data)
	}
	if f.view.single {
		return f.out.sendRaw("snapshot", "", list[0])
	}
	return f.out.send("snapshot", "", list)
}

func (f *follower) follow(ctx context.Context) error {
	beat, repair := time.NewTicker(f.config.Heartbeat), time.NewTicker(f.config.StreamRepair)
	defer beat.Stop()
	defer repair.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-f.done:
			return nil
		case <-beat.C:
			if err := f.out.beat(); err != nil {
				return err
			}
		case <-repair.C:
			if err := f.repair(ctx); err != nil {
				return err
			}
		case event, open := <-f.sub.C():
			if !open {
				return nil
			}
			changed, open := gather(f.sub, event)
			for _, event := range changed {
				if err := f.tell(ctx, event); err != nil {
					return err
				}
			}
			if !open {
				return nil
			}
		}
	}
}

// gather collects what comes within a moment of an event: the latest event of
// each execution, in the order they were first seen.
func gather(sub *events.Subscription, first events.Event) (changed []events.Event, open bool) {
	changed = []events.Event{first}
	places := map[string]int{first.ExecutionID: 0}
	timer := time.NewTimer(settle)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
			return changed, true
		case event, ok := <-sub.C():
			if !ok {
				return changed, false
			}
			if place, seen := places[event.ExecutionID]; seen {
				changed[place] = event
				continue
			}
			places[event.ExecutionID] = len(changed)
			changed = append(changed, event)
		}
	}
}

// tell sends the state of an execution that an event is about.
func (f *follower) tell(ctx context.Context, event events.Event) error {
	id := fmt.Sprintf("%s:%d", event.ExecutionID, event.Revision)
	var (
		data []byte
		err  error
	)
	if !event.Deleted {
		data, err = f.live.render(ctx, f.view.form, event.ExecutionID, event.Revision, f.view.show)
	}
	if event.Deleted || errors.Is(err, store.ErrNotFound) || fault.KindOf(err) == fault.NotFound {
		delete(f.told, event.ExecutionID)
		return f.out.send("deleted", id, map[string]string{"id": event.ExecutionID})
	}
	if err != nil {
		return err
	}
	return f.sendChange(event.ExecutionID, id, data)
}

func (f *follower) sendChange(executionID, eventID string, data []byte) error {
	sum := sha256.Sum256(data)
	if f.told[executionID] == sum {
		return nil // nothing that this view shows
	}
	f.told[executionID] = sum
	return f.out.sendRaw(f.view.name, eventID, data)
}

// repair looks for what lost events would have told: events are hints.
func (f *follower) repair(ctx context.Context) error {
	items, err := f.view.items(ctx)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	if err != nil { // of a stream of one, and it is gone
		items = nil
	}
	there := make(map[string]bool, len(items))
	for _, e := range items {
		there[e.id] = true
		data, err := model.Marshal(e.item)
		if err != nil {
			return fmt.Errorf("encode execution %s: %w", e.id, err)
		}
		if err := f.sendChange(e.id, "", data); err != nil {
			return err
		}
	}
	for id := range f.told {
		if there[id] {
			continue
		}
		delete(f.told, id)
		if f.view.single {
			return f.out.send("deleted", "", map[string]string{"id": id})
		}
	}
	return nil
}

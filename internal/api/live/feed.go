package live

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/gennaker/gennaker/internal/events"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

const (
	// settle is how long changes are gathered before they are told, so that an
	// execution that changes ten times in a moment is sent once.
	settle = 50 * time.Millisecond
	// fresh is how old what a feed has read may be when a client joins, before
	// the feed looks again for what a lost event would have told.
	fresh = 2 * time.Second
)

// feed follows one view on behalf of all clients that look at it: each change is
// read and rendered once, and clients share its bytes.
type feed struct {
	hub   *Hub
	view  View
	stop  context.CancelFunc
	users int // guarded by the hub's lock

	ready chan struct{} // closed once the feed has begun, or has failed with err
	err   error
	look  chan struct{} // has it look at the store

	mu      sync.Mutex
	boxes   map[*mailbox]struct{}
	order   []string
	items   map[string][]byte // by the execution's id
	changes int64
	read    time.Time // when all was read last
	ended   bool
}

func newFeed(h *Hub, v View, stop context.CancelFunc) *feed {
	return &feed{
		hub: h, view: v, stop: stop, ready: make(chan struct{}), look: make(chan struct{}, 1),
		boxes: map[*mailbox]struct{}{}, items: map[string][]byte{},
	}
}

// run follows the view until ctx ends or the store fails. Clients then come
// again, and begin a new feed.
func (f *feed) run(ctx context.Context) {
	// Before the first reading: a change in between is told twice, never missed.
	sub := f.hub.events.Subscribe(f.view.Filter)
	defer sub.Close()
	f.err = f.begin(ctx)
	if f.err != nil {
		f.hub.forget(f)
	}
	close(f.ready)
	defer f.end()
	if f.err != nil {
		return
	}
	if err := f.follow(ctx, sub); err != nil && ctx.Err() == nil {
		f.hub.log.WarnContext(ctx, "a live view broke; its clients come again", "view", f.view.Key, "error", err)
	}
}

func (f *feed) begin(ctx context.Context) error {
	if f.hub.bytes.Load() > feedBytes {
		return fault.New(fault.Unavailable, "the live streams have reached their memory limit (%d MiB); use the list instead", feedBytes>>20)
	}
	return f.repair(ctx)
}

// end sends the clients away, and gives back what the feed held.
func (f *feed) end() {
	f.hub.forget(f)
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, data := range f.items {
		f.hub.bytes.Add(-int64(len(data)))
	}
	f.items, f.order, f.ended = map[string][]byte{}, nil, true
	for box := range f.boxes {
		box.close()
	}
}

func (f *feed) follow(ctx context.Context, sub *events.Subscription) error {
	repair := time.NewTicker(f.hub.repair)
	defer repair.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-f.hub.streams.Done():
			return nil
		case <-repair.C:
			if err := f.repair(ctx); err != nil {
				return err
			}
		case <-f.look:
			if err := f.repair(ctx); err != nil {
				return err
			}
		case event, open := <-sub.C():
			if !open {
				return nil
			}
			changed, open := gather(sub, event)
			for _, event := range changed {
				if err := f.change(ctx, event); err != nil {
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

// change reads the execution that an event is about, and tells of it.
func (f *feed) change(ctx context.Context, event events.Event) error {
	var (
		data []byte
		err  error
	)
	if !event.Deleted {
		data, err = f.render(ctx, event.ExecutionID)
	}
	if event.Deleted || errors.Is(err, store.ErrNotFound) || fault.KindOf(err) == fault.NotFound {
		return f.remove(event.ExecutionID)
	}
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.put(event.ExecutionID, data)
	return nil
}

func (f *feed) render(ctx context.Context, id string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, feedLoad)
	defer cancel()
	shown, err := f.view.Show(ctx, id)
	if err != nil {
		return nil, err
	}
	return encodeItem(Item{id, shown})
}

func encodeItem(e Item) ([]byte, error) {
	data, err := model.Marshal(e.Value)
	if err != nil {
		return nil, fmt.Errorf("encode execution %s: %w", e.ID, err)
	}
	return data, nil
}

// put keeps what is shown of an execution, and tells the clients if it isn't
// what they have.
func (f *feed) put(id string, data []byte) {
	before, known := f.items[id]
	if known && bytes.Equal(before, data) {
		return // nothing that this view shows
	}
	if !known {
		f.order = append(f.order, id)
	}
	f.items[id] = data
	f.hub.bytes.Add(int64(len(data) - len(before)))
	f.tell(message{name: f.view.Name, about: id, data: data})
}

// remove tells that an execution is gone.
func (f *feed) remove(id string) error {
	data, err := model.Marshal(map[string]string{"id": id})
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.drop(id)
	f.tell(message{name: "deleted", about: id, data: data})
	return nil
}

// drop keeps an execution no longer.
func (f *feed) drop(id string) {
	f.hub.bytes.Add(-int64(len(f.items[id])))
	delete(f.items, id)
	for i, other := range f.order {
		if other == id {
			f.order = append(f.order[:i:i], f.order[i+1:]...)
			break
		}
	}
	if f.view.Single {
		f.hub.forget(f) // who comes next hears that it isn't there
	}
}

// tell puts a change into all mailboxes.
func (f *feed) tell(m message) {
	f.changes++
	m.id = fmt.Sprintf("%s:%d", m.about, f.changes)
	for box := range f.boxes {
		box.push(m)
	}
}

// repair reads all that the view shows, and tells what lost events would have
// told: events are hints. At first it fails where a view of one execution has
// none.
func (f *feed) repair(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, feedLoad)
	defer cancel()
	items, err := f.view.Items(ctx)
	if err != nil && (f.read.IsZero() || fault.KindOf(err) != fault.NotFound) {
		return err
	}
	if err != nil { // a view of one, and it is gone
		items = nil
	}
	there := make(map[string]bool, len(items))
	encoded := make([][]byte, len(items))
	for i, e := range items {
		there[e.ID] = true
		if encoded[i], err = encodeItem(e); err != nil {
			return err
		}
	}
	if f.view.Single && len(items) == 0 {
		return f.gone()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.read = time.Now()
	for i, e := range items {
		f.put(e.ID, encoded[i])
	}
	// Of a list, what is shown no longer just leaves.
	for _, id := range append([]string(nil), f.order...) {
		if !there[id] {
			f.drop(id)
		}
	}
	return nil
}

// gone tells that the one execution of the view isn't there any more.
func (f *feed) gone() error {
	f.mu.Lock()
	ids := append([]string(nil), f.order...)
	f.mu.Unlock()
	for _, id := range ids {
		if err := f.remove(id); err != nil {
			return err
		}
	}
	return nil
}

// admit gives a client what there is now, and from now on what changes.
//
// It is false where the feed has ended, or what it is about is gone.
func (f *feed) admit(box *mailbox) (items [][]byte, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended || f.view.Single && len(f.order) == 0 {
		return nil, false
	}
	f.boxes[box] = struct{}{}
	if time.Since(f.read) > fresh {
		select {
		case f.look <- struct{}{}:
		default:
		}
	}
	return f.all(), true
}

func (f *feed) dismiss(box *mailbox) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.boxes, box)
}

// all is what there is now.
func (f *feed) all() [][]byte {
	out := make([][]byte, len(f.order))
	for i, id := range f.order {
		out[i] = f.items[id]
	}
	return out
}

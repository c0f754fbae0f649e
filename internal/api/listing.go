package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// What a list may hold, whatever a client asks for: more counts as that many.
const (
	// maxItems is the most of a page of a list.
	maxItems = 10_000
	// maxPerPipeline is the most executions of each pipeline, maxExecutions of
	// all together.
	maxPerPipeline, maxExecutions = 1000, 50_000
	// maxRevisions is the most revisions in a history.
	maxRevisions = 200
	// maxIDs is how many ids one request may name.
	maxIDs = 5000
)

const (
	// held is how much of a list is put together before it is sent, in bytes. A
	// longer list has neither an entity tag nor a length: it is sent as it is
	// read, so that it takes no more memory than this.
	held = 8 << 20
	// readAhead is about how much of a list is read from the store at a time, in
	// bytes, firstRead and mostRead how many items: their size isn't known before.
	readAhead           = 2 << 20
	firstRead, mostRead = 32, 500
	// sent is how much of an answer is sent at a time, in bytes.
	sent = 1 << 20
	// listWrite is how long a client may take to accept a part of a list.
	listWrite = 30 * time.Second
	// maxYAML is the longest list in YAML, which can't be sent in parts.
	maxYAML = 64 << 20
)

// listing is a list whose items are read while it is sent.
type listing struct {
	ids []string
	// sizes tells how many bytes the items take in the store; nil if they are small.
	sizes func(ctx context.Context, ids []string) (map[string]int64, error)
	// read gives the items of these ids, in their order; one that is gone by
	// now is left out.
	read func(ctx context.Context, ids []string) ([]json.RawMessage, error)
}

// executionsOf lists executions.
func (s *server) executionsOf(found []store.ExecutionRef, expand bool) *listing {
	ids := make([]string, len(found))
	for i, e := range found {
		ids[i] = e.ID
	}
	return &listing{ids: ids, sizes: s.store.ExecutionSizes, read: func(ctx context.Context, ids []string) ([]json.RawMessage, error) {
		found, err := s.store.ExecutionsJSON(ctx, store.ExecutionFilter{IDs: ids, Bare: !expand})
		if err != nil {
			return nil, err
		}
		return documents(inOrder(found, ids), expand)
	}}
}

// tasksOf lists executions as tasks.
func (s *server) tasksOf(found []store.ExecutionRef) *listing {
	ids := make([]string, len(found))
	for i, e := range found {
		ids[i] = e.ID
	}
	return &listing{ids: ids, sizes: s.store.ExecutionSizes, read: func(ctx context.Context, ids []string) ([]json.RawMessage, error) {
		found, err := s.store.Executions(ctx, store.ExecutionFilter{IDs: ids})
		if err != nil {
			return nil, err
		}
		place := make(map[string]int, len(ids))
		for i, id := range ids {
			place[id] = i
		}
		slices.SortFunc(found, func(a, b *model.Execution) int { return place[a.ID] - place[b.ID] })
		out := make([]json.RawMessage, len(found))
		for i, e := range found {
			if out[i], err = model.Marshal(taskView(e)); err != nil {
				return nil, err
			}
		}
		return out, nil
	}}
}

// lister puts a list into a buffer, part by part.
type lister struct {
	*listing
	buffer bytes.Buffer
	items  int
	next   int // how many to read
}

// fill reads more, up to so many bytes; done says that this was all.
func (l *lister) fill(ctx context.Context, most int) (done bool, err error) {
	for len(l.ids) > 0 && l.buffer.Len() < most {
		part, release, err := l.part(ctx)
		if err != nil {
			return false, err
		}
		items, err := l.read(ctx, part)
		if err != nil {
			release()
			return false, err
		}
		l.ids = l.ids[len(part):]
		size := 1
		for _, item := range items {
			if l.items > 0 {
				l.buffer.WriteByte(',')
			}
			l.items++
			l.buffer.Write(item)
			size += len(item)
		}
		release()
		l.next = min(max(readAhead*max(len(items), 1)/size, 1), mostRead)
	}
	return len(l.ids) == 0, nil
}

// part is what to read next: about as much as readAhead, and at least one item. It
// holds memory for it until release is called.
func (l *lister) part(ctx context.Context) (ids []string, release func(), err error) {
	ids = l.ids[:min(l.next, len(l.ids))]
	if l.sizes == nil {
		return ids, func() {}, nil
	}
	sizes, err := l.sizes(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	var total int64
	for i, id := range ids {
		if i > 0 && total+sizes[id] > readAhead {
			ids = ids[:i]
			break
		}
		total += sizes[id]
	}
	held, ok := ctx.Value(reservationKey{}).(*reservation)
	if !ok {
		return ids, func() {}, nil
	}
	release, err = held.decoding.Take(ctx, total*perShownByte)
	return ids, release, err
}

// replyListing sends a list: as a whole if it is short, else in parts.
func (s *server) replyListing(w http.ResponseWriter, r *http.Request, list *listing) {
	l := &lister{listing: list, next: firstRead}
	l.buffer.WriteByte('[')
	inYAML := prefersYAML(r.Header.Values("Accept"))
	most := held
	if inYAML {
		most = maxYAML
	}
	done, err := l.fill(r.Context(), most)
	if err == nil && !done && inYAML {
		err = fault.New(fault.TooLarge, "the list is too long for YAML; ask for less of it, or for JSON")
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if done {
		l.buffer.WriteByte(']')
		s.reply(w, r, 0, rawJSON(l.buffer.Bytes()))
		return
	}
	w.Header().Set("Content-Type", jsonType)
	w.Header().Add("Vary", "Accept")
	w.Header().Set("Cache-Control", "no-cache")
	w.WriteHeader(http.StatusOK)
	control := http.NewResponseController(w)
	for {
		_ = control.SetWriteDeadline(time.Now().Add(listWrite)) // a server without deadlines, as in tests, is fine
		if _, err := l.buffer.WriteTo(w); err != nil {
			panic(http.ErrAbortHandler) // the client has gone, or takes nothing
		}
		if done {
			break
		}
		l.buffer.Reset()
		if done, err = l.fill(r.Context(), readAhead); err != nil {
			if !errors.Is(err, context.Canceled) {
				s.log.WarnContext(r.Context(), "a list was cut off", "path", r.URL.Path, "error", err)
			}
			panic(http.ErrAbortHandler) // the answer has begun: a broken connection says that it isn't whole
		}
		if done {
			l.buffer.WriteByte(']')
		}
	}
	_ = control.SetWriteDeadline(time.Time{})
}

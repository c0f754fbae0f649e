package api

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/fault"
)

const (
	// held is how much of a list is put together before it is sent, in bytes. A
	// longer list has neither an entity tag nor a length: it is sent as it is
	// read, so that it takes no more memory than this.
	held = 8 << 20
	// readAhead is about how much of a list is read from the store at a time, in
	// bytes, firstRead how many items at first: their size isn't known before.
	readAhead = 2 << 20
	firstRead = 32
	// maxYAML is the longest list in YAML, which can't be sent in parts.
	maxYAML = 64 << 20
)

// lister puts a list into a buffer, part by part.
type lister struct {
	*rest.Listing
	buffer bytes.Buffer
	items  int
	next   int // how many to read
}

// fill reads more, up to so many bytes; done says that this was all.
func (l *lister) fill(ctx context.Context, most int) (done bool, err error) {
	for len(l.IDs) > 0 && l.buffer.Len() < most {
		part, release, err := l.part(ctx)
		if err != nil {
			return false, err
		}
		items, err := l.Read(ctx, part)
		if err != nil {
			release()
			return false, err
		}
		l.IDs = l.IDs[len(part):]
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
		l.next = min(max(readAhead*max(len(items), 1)/size, 1), rest.MostRead)
	}
	return len(l.IDs) == 0, nil
}

// part is what to read next: about as much as readAhead, and at least one item. It
// holds memory for it until release is called.
func (l *lister) part(ctx context.Context) (ids []string, release func(), err error) {
	ids = l.IDs[:min(l.next, len(l.IDs))]
	if l.Sizes == nil {
		return ids, func() {}, nil
	}
	sizes, err := l.Sizes(ctx, ids)
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
	held, ok := rest.ReservationOf(ctx)
	if !ok {
		return ids, func() {}, nil
	}
	release, err = held.Borrow(ctx, total*rest.PerShownByte)
	return ids, release, err
}

// replyListing sends a list: as a whole if it is short, else in parts.
func (s *server) replyListing(w http.ResponseWriter, r *http.Request, list *rest.Listing) {
	l := &lister{Listing: list, next: firstRead}
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
		s.reply(w, r, 0, rest.RawJSON(l.buffer.Bytes()))
		return
	}
	w.Header().Set("Content-Type", rest.JSONType)
	w.Header().Add("Vary", "Accept")
	w.Header().Set("Cache-Control", "no-cache")
	w.WriteHeader(http.StatusOK)
	control := http.NewResponseController(w)
	for {
		_ = control.SetWriteDeadline(time.Now().Add(rest.PartWrite)) // a server without deadlines, as in tests, is fine
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

package rest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
)

// What a request takes for each byte: of its body while that is read into a buffer
// that grows, again when it is stored, and of the decoded value, which is copied
// once on the way.
const (
	perReadByte    = 2
	perStoredByte  = 4
	perDecodedByte = 2
)

// freeBody is how many bytes of a body are read without asking for memory.
const freeBody = 16 << 10

// Memory is what all requests share for what they bring: bodies of up to
// [limit.Free] share small, larger ones the other two. Who has room for its body may
// wait for room to decode it; nobody waits the other way around.
type Memory struct {
	reading, decoding, small *limit.Budget
	bodyLimit                int64
}

// NewMemory shares that many bytes among all requests, of which each may bring a
// body of up to bodyLimit bytes. One that finds no room waits that long for others
// to end.
func NewMemory(total int64, wait time.Duration, bodyLimit int64) *Memory {
	return &Memory{
		reading:   limit.NewBudget(total/3, wait),
		decoding:  limit.NewBudget(total-total/3, wait),
		small:     limit.NewBudget(total, wait),
		bodyLimit: bodyLimit,
	}
}

// Reserve bounds the request's body, and lets the request hold memory, which release
// gives back.
func (m *Memory) Reserve(r *http.Request) (reserved *http.Request, release func()) {
	held := &Reservation{Memory: m}
	r = r.WithContext(context.WithValue(r.Context(), reservationKey{}, held))
	r.Body = &limitedBody{ReadCloser: r.Body, left: m.bodyLimit}
	return r, held.release
}

// Reservation is the memory that one request holds.
type Reservation struct {
	*Memory
	releases []func()
	// taken is what the request has of each budget.
	taken map[*limit.Budget]int64
}

type reservationKey struct{}

// unbounded is for what isn't part of a request.
var unbounded Memory

// ReservationOf is the reservation of the request that ctx belongs to; false if it
// belongs to none, and nothing bounds it here.
func ReservationOf(ctx context.Context) (*Reservation, bool) {
	held, ok := ctx.Value(reservationKey{}).(*Reservation)
	if !ok {
		return &Reservation{Memory: &unbounded}, false
	}
	return held, true
}

// Take takes memory for what the request decodes or reads from the store, until it
// is answered.
func (h *Reservation) Take(ctx context.Context, bytes int64) error {
	return h.take(ctx, h.decoding, bytes)
}

// Borrow is Take for what is given back sooner, by calling release.
func (h *Reservation) Borrow(ctx context.Context, bytes int64) (release func(), err error) {
	return h.decoding.Take(ctx, h.lacking(h.decoding, bytes))
}

func (h *Reservation) take(ctx context.Context, from *limit.Budget, bytes int64) error {
	bytes = h.lacking(from, bytes)
	release, err := from.Take(ctx, bytes)
	if err != nil {
		return err
	}
	h.releases = append(h.releases, release)
	if bytes > limit.Free {
		if h.taken == nil {
			h.taken = map[*limit.Budget]int64{}
		}
		h.taken[from] += bytes
	}
	return nil
}

// lacking is how much more of a budget a request takes: no more than it has left, as
// a request that already has a part of it would otherwise wait for itself.
func (h *Reservation) lacking(from *limit.Budget, bytes int64) int64 {
	total, bounded := from.Total()
	if !bounded {
		return bytes
	}
	return min(bytes, total-h.taken[from])
}

func (h *Reservation) release() {
	for _, release := range h.releases {
		release()
	}
}

// ReadAll reads a request's body. A client that only promises a large one holds
// nothing; one that sends it holds memory for the whole.
func ReadAll(r *http.Request) ([]byte, error) {
	held, _ := ReservationOf(r.Context())
	data, err := readBuffered(&paidBody{ctx: r.Context(), body: r.Body, held: held, length: r.ContentLength, most: held.bodyLimit})
	switch {
	case errors.Is(err, errTooLarge):
		return nil, fault.New(fault.TooLarge, "the body is larger than the limit of %d bytes (server.bodyLimit)", held.bodyLimit)
	case fault.KindOf(err) == fault.Unavailable:
		_, _ = io.CopyN(io.Discard, r.Body, maxDrain) // so that the client reads the answer
		return nil, err
	case err != nil:
		return nil, fault.New(fault.Invalid, "the body could not be read: %w", err)
	}
	return data, nil
}

// readBuffered reads a body into a buffer of its length, once it is paid for: one
// that grows would take four times as much on the way.
func readBuffered(b *paidBody) ([]byte, error) {
	var out bytes.Buffer
	if n := b.length; n > 0 && n <= freeBody {
		out.Grow(int(n) + bytes.MinRead)
	}
	for {
		part := out.AvailableBuffer()
		if cap(part) < bytes.MinRead {
			if b.paid && b.length > int64(out.Len()) {
				out.Grow(int(b.length) - out.Len() + bytes.MinRead)
			} else {
				out.Grow(max(out.Len(), bytes.MinRead))
			}
			part = out.AvailableBuffer()
		}
		n, err := b.Read(part[:cap(part)])
		out.Write(part[:n])
		if errors.Is(err, io.EOF) {
			return out.Bytes(), nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// paidBody is a body that is paid for once it turns out to be large.
type paidBody struct {
	ctx          context.Context
	body         io.Reader
	held         *Reservation
	length, most int64
	read         int64
	entered      bool
	paid         bool
}

func (b *paidBody) Read(p []byte) (int, error) {
	n, err := b.body.Read(p)
	b.read += int64(n)
	if b.read > freeBody && !b.entered {
		b.entered = true
		release, payErr := b.held.small.Reserve(b.ctx, limit.Free)
		if payErr != nil {
			return 0, payErr
		}
		b.held.releases = append(b.held.releases, release)
	}
	if b.paid || b.read <= limit.Free {
		return n, err
	}
	b.paid = true
	if b.length < 0 || b.length > b.most {
		b.length = b.most
	}
	if payErr := b.held.take(b.ctx, b.held.reading, b.length*perReadByte); payErr != nil {
		return 0, payErr
	}
	return n, err
}

// afford takes the memory for a body that takes so much once it is decoded.
func afford(r *http.Request, data []byte, cost limit.Cost) error {
	held, _ := ReservationOf(r.Context())
	return held.Take(r.Context(), cost.Bytes*perDecodedByte+int64(len(data))*perStoredByte)
}

package kubernetes

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
)

const (
	// mostAnswer is how many bytes an API server may answer a request with. A list of
	// 100,000 ordinary pods has less; what names a server that never stops must not
	// fill the memory.
	mostAnswer = 512 << 20
	// mostEvent is what one event of a watch may cost. etcd takes no object of more
	// than 1.5 MiB.
	mostEvent = 64 << 20
	// perByte and perValue are what an answer takes in memory for each byte and for
	// each value of it, while it is read and decoded.
	perByte, perValue = 3, 64
	// room is reserved in such pieces, and kept for so long after the last byte of a
	// large answer, as it is decoded then.
	piece      = 4 << 20
	decodeTime = 2 * time.Second
)

// answers bounds what clusters answer: each answer, and all that are read at the
// same time. Whoever may add an account names the server that answers.
type answers struct {
	// most is how many bytes one answer may have.
	most int64
	// memory is what one answer may cost, and room what all may together.
	memory int64
	room   *limit.Budget
}

// newAnswers shares so many bytes of memory among the answers of all clusters; 0 is
// without bound, but for each answer's size.
func newAnswers(memory int64) *answers {
	if memory == 0 {
		return &answers{most: mostAnswer}
	}
	return &answers{most: mostAnswer, memory: memory, room: limit.NewBudget(memory, 10*time.Second)}
}

// bound wraps a transport.
func (a *answers) bound(next http.RoundTripper) http.RoundTripper {
	return boundAnswers{next: next, answers: a}
}

type boundAnswers struct {
	next http.RoundTripper
	*answers
}

// WrappedRoundTripper lets the Kubernetes client find the transport, which it
// asks to end requests.
func (b boundAnswers) WrappedRoundTripper() http.RoundTripper { return b.next }

// RoundTrip makes a request. Logs are read piece by piece, and bounded by who reads
// them.
func (b boundAnswers) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := b.next.RoundTrip(r)
	if err != nil || response.StatusCode == http.StatusSwitchingProtocols || strings.HasSuffix(r.URL.Path, "/log") {
		return response, err
	}
	isJSON := strings.Contains(response.Header.Get("Content-Type"), "json")
	m := &meter{ctx: r.Context(), of: b.answers, json: isJSON}
	switch watches := r.URL.Query().Has("watch") && response.StatusCode == http.StatusOK; {
	case !watches:
		response.Body = &answerBody{body: response.Body, meter: m}
	case isJSON: // the other formats tell the length of each event, which the client bounds
		response.Body = &events{body: response.Body, meter: m}
	}
	return response, nil
}

// meter counts what is read of an answer, and reserves room for it. An answer may be
// closed while it is read: the client does so with watches.
type meter struct {
	ctx  context.Context //nolint:containedctx // a reader's Read takes none
	of   *answers
	json bool

	mu           sync.Mutex // guards what follows
	read, values int64
	scan         scanner
	paid         int64
	held         []func()
	closed       bool
}

// count adds what was read, and tells what all of it costs. An event that has ended
// gives its room back, if it is each event that counts.
func (m *meter) count(p []byte, each bool) (read, cost int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.json {
		m.read += int64(len(p))
		return m.read, m.cost()
	}
	for _, c := range p {
		m.read++
		m.values += m.scan.next(c)
		if each && m.scan.between() {
			m.free()
		}
	}
	return m.read, m.cost()
}

func (m *meter) cost() int64 { return m.read*perByte + m.values*perValue }

// pay reserves room for what was read. It waits without the lock, so that who closes
// the answer needn't.
func (m *meter) pay(cost int64) error {
	if m.of.room == nil {
		return nil
	}
	if cost > m.of.memory {
		return fault.New(fault.TooLarge, "the cluster's response would take more than %d MiB of memory; give the server more memory", m.of.memory>>20)
	}
	for m.lacks(cost) {
		release, err := m.of.room.Reserve(m.ctx, piece)
		if err != nil {
			return err
		}
		m.hold(release)
	}
	return nil
}

func (m *meter) lacks(cost int64) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return !m.closed && cost > m.paid+limit.Free
}

// hold keeps a piece of room until it is freed: at once, if the answer was closed.
func (m *meter) hold(release func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		release()
		return
	}
	m.held = append(m.held, release)
	m.paid += piece
}

func (m *meter) close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	m.free()
}

// free gives the room back, later if what was read is large.
func (m *meter) free() {
	held := m.held
	if m.paid <= 4*piece {
		releaseAll(held)
	} else {
		time.AfterFunc(decodeTime, func() { releaseAll(held) })
	}
	m.read, m.values, m.paid, m.held = 0, 0, 0, nil
}

func releaseAll(held []func()) {
	for _, release := range held {
		release()
	}
}

// answerBody is the body of an answer while it is read.
type answerBody struct {
	body io.ReadCloser
	*meter
}

// Read reads on, as long as there is room.
func (a *answerBody) Read(p []byte) (int, error) {
	n, err := a.body.Read(p)
	read, cost := a.count(p[:n], false)
	if read > a.of.most {
		return 0, fault.New(fault.TooLarge, "the cluster's answer is larger than %s", limit.Size(a.of.most))
	}
	if payErr := a.pay(cost); payErr != nil {
		return 0, payErr
	}
	return n, err
}

// Close ends reading.
func (a *answerBody) Close() error {
	a.close()
	return a.body.Close()
}

// events is the body of a watch: objects of JSON, one after the other, each of which
// the client reads as a whole.
type events struct {
	body io.ReadCloser
	*meter
}

// Read reads on, unless an event is too large.
func (e *events) Read(p []byte) (int, error) {
	n, err := e.body.Read(p)
	_, cost := e.count(p[:n], true)
	if cost > mostEvent {
		return 0, fault.New(fault.TooLarge, "an event of the cluster's watch would take more than %d MiB of memory", mostEvent>>20)
	}
	if payErr := e.pay(cost); payErr != nil {
		return 0, payErr
	}
	return n, err
}

// Close ends the watch.
func (e *events) Close() error {
	e.close()
	return e.body.Close()
}

// scanner walks JSON byte by byte.
type scanner struct {
	depth             int
	inText, isEscaped bool
	// outside says that the last byte was outside of any value.
	outside bool
}

// next takes a byte, and tells how many values begin with it, roughly: objects,
// lists, and whatever comes after a comma.
func (s *scanner) next(c byte) int64 {
	s.outside = false
	switch {
	case s.isEscaped:
		s.isEscaped = false
	case s.inText:
		s.inText, s.isEscaped = c != '"', c == '\\'
	case c == '"':
		s.inText = true
	case c == '{' || c == '[':
		s.depth++
		return 1
	case c == '}' || c == ']':
		s.depth--
		s.outside = s.depth == 0
	case c == ',':
		return 1
	case c == '\n':
		s.outside = s.depth == 0
	}
	return 0
}

// between tells whether an object has just ended, and no other has begun.
func (s *scanner) between() bool { return s.outside && !s.inText }

package rest

import (
	"bufio"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gennaker/gennaker/internal/model"
)

// StreamWrite is how long a client may take to accept an event before it is left.
const StreamWrite = 10 * time.Second

// SSE writes server-sent events, one goroutine at a time.
type SSE struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

// OpenSSE begins an answer of server-sent events, and tells the client how
// long to wait before it comes again when the connection breaks.
func OpenSSE(w http.ResponseWriter) (*SSE, error) {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // nginx would hold events back
	w.WriteHeader(http.StatusOK)
	out := &SSE{w: w, control: http.NewResponseController(w)}
	err := out.write([]byte("retry: 2000\n\n"))
	return out, err
}

// Send writes an event; id may be "".
func (e *SSE) Send(name, id string, value any) error {
	data, err := model.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode event %s: %w", name, err)
	}
	return e.SendRaw(name, id, data)
}

// SendRaw writes an event whose data is JSON already, on one line. The data is
// not copied: many clients may be sent the same.
func (e *SSE) SendRaw(name, id string, data []byte) error {
	return e.event(name, id, func(out *bufio.Writer) { _, _ = out.Write(data) })
}

// SendList writes an event whose data is a list of such items.
func (e *SSE) SendList(name string, items [][]byte) error {
	return e.event(name, "", func(out *bufio.Writer) {
		_ = out.WriteByte('[')
		for i, item := range items {
			if i > 0 {
				_ = out.WriteByte(',')
			}
			_, _ = out.Write(item)
		}
		_ = out.WriteByte(']')
	})
}

// event writes an event whose data another writes.
func (e *SSE) event(name, id string, data func(*bufio.Writer)) error {
	out := sseBuffers.Get().(*bufio.Writer)
	defer sseBuffers.Put(out)
	out.Reset(sseWriter{e})
	fmt.Fprintf(out, "event: %s\n", name)
	if id != "" {
		fmt.Fprintf(out, "id: %s\n", strings.NewReplacer("\n", "", "\r", "").Replace(id))
	}
	_, _ = out.WriteString("data: ")
	data(out)
	_, _ = out.WriteString("\n\n")
	err := out.Flush() // which tells of any error before
	out.Reset(nil)
	if err != nil {
		return err
	}
	return e.control.Flush()
}

// sseBuffers are shared, since a stream writes only now and then.
var sseBuffers = sync.Pool{New: func() any { return bufio.NewWriterSize(nil, 16<<10) }}

// sseWriter gives a client the time for an event for each part of it.
type sseWriter struct{ *SSE }

func (w sseWriter) Write(data []byte) (int, error) {
	w.allow()
	return w.w.Write(data)
}

// Beat writes a sign of life that clients don't see.
func (e *SSE) Beat() error { return e.write([]byte(": still here\n\n")) }

// allow sets when the client has to have accepted what is written next. A
// server without deadlines, as in tests, is fine.
func (e *SSE) allow() { _ = e.control.SetWriteDeadline(time.Now().Add(StreamWrite)) }

func (e *SSE) write(data []byte) error {
	e.allow()
	if _, err := e.w.Write(data); err != nil {
		return err
	}
	return e.control.Flush()
}

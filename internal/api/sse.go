package api

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/model"
)

// sseWrite is how long a client may take to accept an event before it is left.
const sseWrite = 10 * time.Second

// sse writes server-sent events, one goroutine at a time.
type sse struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

// openSSE begins an answer of server-sent events, and tells the client how
// long to wait before it comes again when the connection breaks.
func openSSE(w http.ResponseWriter) (*sse, error) {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // nginx would hold events back
	w.WriteHeader(http.StatusOK)
	out := &sse{w: w, control: http.NewResponseController(w)}
	err := out.write([]byte("retry: 2000\n\n"))
	return out, err
}

// send writes an event; id may be "".
func (e *sse) send(name, id string, value any) error {
	data, err := model.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode event %s: %w", name, err)
	}
	return e.sendRaw(name, id, data)
}

// sendRaw writes an event whose data is JSON already, on one line.
func (e *sse) sendRaw(name, id string, data []byte) error {
	var out bytes.Buffer
	fmt.Fprintf(&out, "event: %s\n", name)
	if id != "" {
		fmt.Fprintf(&out, "id: %s\n", strings.NewReplacer("\n", "", "\r", "").Replace(id))
	}
	out.WriteString("data: ")
	out.Write(data)
	out.WriteString("\n\n")
	return e.write(out.Bytes())
}

// beat writes a sign of life that clients don't see.
func (e *sse) beat() error { return e.write([]byte(": still here\n\n")) }

func (e *sse) write(data []byte) error {
	// A server without deadlines, as in tests, is fine.
	_ = e.control.SetWriteDeadline(time.Now().Add(sseWrite))
	if _, err := e.w.Write(data); err != nil {
		return err
	}
	return e.control.Flush()
}

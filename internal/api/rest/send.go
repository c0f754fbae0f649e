package rest

import (
	"bytes"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
)

const (
	// sent is how much of an answer is sent at a time, in bytes.
	sent = 1 << 20
	// PartWrite is how long a client may take to accept a part of an answer.
	PartWrite = 30 * time.Second
)

// Send writes a whole answer, and how long it is: Gate's content caching filter
// does so too, and some clients show their progress by it.
func Send(w http.ResponseWriter, status int, data []byte) {
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	w.WriteHeader(status)
	if len(data) <= sent {
		_, _ = bytes.NewReader(data).WriteTo(w) // a client that went away is no fault of ours
		return
	}
	// A client that takes nothing must not hold the answer for ever.
	control := http.NewResponseController(w)
	for part := range slices.Chunk(data, sent) {
		_ = control.SetWriteDeadline(time.Now().Add(PartWrite)) // a server without deadlines, as in tests, is fine
		if _, err := w.Write(part); err != nil {
			return
		}
	}
	_ = control.SetWriteDeadline(time.Time{})
}

// Outside is what a user is told of an error: the sentence of the nearest fault
// in its chain, without what was wrapped around it on the way.
func Outside(err error) string {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.Message
	}
	return fault.Sentence(err.Error())
}

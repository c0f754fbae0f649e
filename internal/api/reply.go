package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const jsonType = "application/json"

// reply writes an answer as JSON, or YAML for who wants that; nil writes the
// status alone, as Gate does for its void methods. Answers to GET carry an entity
// tag, and a client that has the answer already gets 304.
func (s *server) reply(w http.ResponseWriter, r *http.Request, status int, value any) {
	if status == 0 {
		status = http.StatusOK
	}
	if value == nil {
		w.WriteHeader(status)
		return
	}
	if list, ok := value.(*listing); ok {
		s.replyListing(w, r, list)
		return
	}
	data, kind, err := encodeFor(r, value)
	if err != nil {
		s.fail(w, r, fmt.Errorf("encode the answer: %w", err))
		return
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Add("Vary", "Accept")
	if status == http.StatusOK && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		sum := sha256.Sum256(data)
		tag := `W/"` + hex.EncodeToString(sum[:12]) + `"`
		w.Header().Set("ETag", tag)
		w.Header().Set("Cache-Control", "no-cache")
		if matches(r.Header.Get("If-None-Match"), tag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	send(w, status, data)
}

// send writes a whole answer, and how long it is: Gate's content caching filter
// does so too, and some clients show their progress by it.
func send(w http.ResponseWriter, status int, data []byte) {
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	w.WriteHeader(status)
	if len(data) <= sent {
		_, _ = bytes.NewReader(data).WriteTo(w) // a client that went away is no fault of ours
		return
	}
	// A client that takes nothing must not hold the answer for ever.
	control := http.NewResponseController(w)
	for part := range slices.Chunk(data, sent) {
		_ = control.SetWriteDeadline(time.Now().Add(listWrite)) // a server without deadlines, as in tests, is fine
		if _, err := w.Write(part); err != nil {
			return
		}
	}
	_ = control.SetWriteDeadline(time.Time{})
}

// matches tells whether an If-None-Match header names the tag, by the weak
// comparison of RFC 9110.
func matches(header, tag string) bool {
	for candidate := range strings.SplitSeq(header, ",") {
		candidate = strings.TrimSpace(candidate)
		// A compressing proxy may add a suffix; such a tag is simply not ours.
		if candidate == "*" || strings.TrimPrefix(candidate, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}

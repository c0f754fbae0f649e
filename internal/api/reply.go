package api

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/model"
)

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
	if list, ok := value.(*rest.Listing); ok {
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
	rest.Send(w, status, data)
}

// encode writes an answer as JSON. What is JSON already is neither read nor
// checked again: that would be most of the cost of a long list.
func encode(value any) ([]byte, error) {
	switch v := value.(type) {
	case rest.RawJSON:
		return v, nil
	case []json.RawMessage:
		size := 2
		for _, item := range v {
			size += len(item) + 1
		}
		list := rest.NewRawList(size)
		for _, item := range v {
			list = append(append(list, item...), ',')
		}
		return list.End(), nil
	}
	return model.Marshal(value)
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

package telemetry

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/model"
)

// RequestIDHeader carries a request's id in both directions, as in all of
// Spinnaker's services.
const RequestIDHeader = "X-Spinnaker-Request-Id"

type requestIDKey struct{}

// RequestID is the id of the request that the context belongs to, or "".
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// RequestIDs gives each request an id: the client's, if it is fit for a log,
// or a new one. The id is found in the request's header and context, in the
// answer's header, and in log entries.
func RequestIDs(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get(RequestIDHeader)
		if !fitForLog(id) {
			id = model.NewID(time.Now())
		}
		r = r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id))
		r.Header.Set(RequestIDHeader, id)
		w.Header().Set(RequestIDHeader, id)
		next.ServeHTTP(w, r)
	})
}

func fitForLog(id string) bool {
	if id == "" || len(id) > 128 {
		return false
	}
	for _, c := range []byte(id) {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return true
}

// Request counts an answered HTTP request: its method, the pattern of its route
// ("" for none), the status it was answered with, and how long that took.
func (m *Metrics) Request(method, route string, status int, took time.Duration) {
	if m == nil {
		return
	}
	// A pattern may begin with the method, which has a label of its own. The
	// path itself is never a label: there is no end of paths.
	if _, path, ok := strings.Cut(route, " "); ok {
		route = path
	}
	if route == "" {
		route = "other"
	}
	m.httpDuration.WithLabelValues(knownMethod(method), route, strconv.Itoa(status)).Observe(took.Seconds())
}

// knownMethod keeps methods that clients make up out of the labels.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodHead, http.MethodOptions:
		return method
	}
	return "other"
}

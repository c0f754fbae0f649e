package telemetry

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
)

// Middleware gives each request an id, counts and times it, logs it (at debug
// level; failures of the server at error level), and turns a panic into a 500.
// m may be nil.
func (m *Metrics) Middleware(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var (
			start = time.Now()
			route string
			id    = requestID(r)
			ctx   = context.WithValue(WithRequestID(r.Context(), id), routeKey, &route)
			seen  = &responseWriter{ResponseWriter: w}
		)
		r = r.WithContext(ctx)
		r.Header.Set(RequestIDHeader, id) // handlers that look for it find the same
		w.Header().Set(RequestIDHeader, id)
		defer func() {
			problem := recover()
			if problem == http.ErrAbortHandler { //nolint:errorlint // the very value is the signal, as net/http documents
				panic(problem)
			}
			if problem != nil {
				log.ErrorContext(ctx, "request handler panicked", "method", r.Method, "path", r.URL.Path, "panic", problem, "stack", string(debug.Stack()))
				seen.fail(id)
			}
			if route == "" {
				route = r.Pattern
			}
			took := time.Since(start)
			m.httpRequest(r.Method, route, seen.code(), took)
			level := slog.LevelDebug
			if seen.code() >= 500 && seen.code() != http.StatusServiceUnavailable {
				level = slog.LevelError
			}
			log.LogAttrs(ctx, level, "request", slog.String("method", r.Method), slog.String("path", r.URL.Path),
				slog.Int("status", seen.code()), slog.Duration("took", took), slog.Int64("bytes", seen.bytes))
		}()
		next.ServeHTTP(seen, r)
	})
}

// fail answers 500 where nothing has been answered yet.
func (w *responseWriter) fail(requestID string) {
	if w.status != 0 {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusInternalServerError)
	_ = json.NewEncoder(w).Encode(map[string]any{ // the client has gone: nobody to tell
		"timestamp": time.Now().UnixMilli(), "status": http.StatusInternalServerError, "error": "Internal Server Error",
		"message": "the platform failed to handle this request; its log has the details under the request id", "requestId": requestID,
	})
}

// responseWriter notes what was answered.
type responseWriter struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *responseWriter) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *responseWriter) Write(data []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(data)
	w.bytes += int64(n)
	return n, err
}

// Flush sends what was written; server-sent events need it.
func (w *responseWriter) Flush() { _ = http.NewResponseController(w.ResponseWriter).Flush() }

// Unwrap lets http.ResponseController reach the writer behind.
func (w *responseWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// code is the status that was answered: 200 where nothing was written.
func (w *responseWriter) code() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}

// httpRequest counts a request that has been answered.
func (m *Metrics) httpRequest(method, route string, status int, took time.Duration) {
	if m == nil {
		return
	}
	// A pattern may begin with the method, which has a label of its own. The
	// path itself is never a label: there is no end of paths.
	if _, path, ok := strings.Cut(route, " "); ok {
		route = path
	}
	if route == "" || route == "/" {
		route = "other"
	}
	m.httpDuration.WithLabelValues(knownMethod(method), route, strconv.Itoa(status)).Observe(took.Seconds())
}

func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodHead, http.MethodOptions:
		return method
	}
	return "other"
}

package api

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"
)

// printable tells whether a text from outside may stand in a log.
func printable(id string) bool {
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

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	return n, err
}

// Flush sends what was written, as the writer that compresses asks for it.
func (w *recorder) Flush() { _ = http.NewResponseController(w.ResponseWriter).Flush() }

// Unwrap lets [http.ResponseController] reach the connection.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// withLog writes a line for each request, counts it, and turns a panic into an
// answer.
func (s *server) withLog(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		seen := &recorder{ResponseWriter: w}
		place := &matched{}
		r = r.WithContext(context.WithValue(r.Context(), matchedKey{}, place))
		defer func() { //nolint:contextcheck // the request's context is what it uses
			if cause := recover(); cause != nil {
				if cause == http.ErrAbortHandler { //nolint:errorlint // the value itself is the contract
					panic(cause)
				}
				s.log.ErrorContext(r.Context(), "a handler panicked",
					"method", r.Method, "path", r.URL.Path,
					"panic", fmt.Sprint(cause), "stack", string(debug.Stack()))
				if seen.status == 0 {
					s.fail(seen, r, fmt.Errorf("panic: %v", cause))
				}
			}
			took := time.Since(began)
			if seen.status == 0 {
				seen.status = http.StatusOK
			}
			s.metrics.Request(r.Method, place.pattern, seen.status, took)
			s.log.LogAttrs(r.Context(), slog.LevelInfo, "request",
				slog.String("method", r.Method),
				slog.String("path", r.URL.Path), slog.Int("status", seen.status),
				slog.Int64("bytes", seen.bytes), slog.Duration("took", took),
				slog.String("user", place.user))
		}()
		next.ServeHTTP(seen, r)
	})
}

// guarded tells browsers to take answers for nothing but what they say they are,
// and to show none in a frame: Spring Security's headers, which Gate sends.
func guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("X-Frame-Options", "DENY")
		next.ServeHTTP(w, r)
	})
}

// matched is where the routes tell the outer layers what a request met.
type matched struct{ pattern, user string }

type matchedKey struct{}

func note(ctx context.Context, set func(*matched)) {
	if place, ok := ctx.Value(matchedKey{}).(*matched); ok {
		set(place)
	}
}

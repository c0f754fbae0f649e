package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/telemetry"
)

// problem is an error as Gate writes it: Spring's attributes for what its
// controllers find wrong, the problem details of RFC 9457 for what Spring does
// (an unknown path, a wrong method, a body that can't be read). Clients may look
// for either, so that each error has both.
type problem struct {
	Timestamp string   `json:"timestamp"`
	Status    int      `json:"status"`
	Error     string   `json:"error"`
	Exception string   `json:"exception,omitempty"`
	Message   string   `json:"message"`
	Errors    []string `json:"errors,omitempty"`
	Path      string   `json:"path"`
	RequestID string   `json:"requestId,omitempty"`
	Type      string   `json:"type"`
	Title     string   `json:"title"`
	Detail    string   `json:"detail"`
	Instance  string   `json:"instance"`
}

// springTime is how Spring's JSON has a time.
const springTime = "2006-01-02T15:04:05.000-07:00"

// statusClientGone is nginx's code for a client that didn't wait; it is only
// ever seen in logs.
const statusClientGone = 499

// retryAfter is when, in seconds, a client may try again what can't be done now.
const retryAfter = "5"

// exceptions names Spinnaker's classes for the faults that some scripts look at.
var exceptions = map[int]string{
	http.StatusBadRequest: "com.netflix.spinnaker.kork.web.exceptions.InvalidRequestException",
	http.StatusNotFound:   "com.netflix.spinnaker.kork.web.exceptions.NotFoundException",
	http.StatusForbidden:  "org.springframework.security.access.AccessDeniedException",
}

func statusOf(err error) int {
	switch fault.KindOf(err) {
	case fault.Invalid:
		return http.StatusBadRequest
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	}
	switch {
	case errors.Is(err, rest.ErrMediaType):
		return http.StatusUnsupportedMediaType
	case errors.Is(err, context.DeadlineExceeded):
		return http.StatusServiceUnavailable
	case errors.Is(err, context.Canceled):
		return statusClientGone
	}
	return http.StatusInternalServerError
}

// fail answers a request with an error. What went wrong inside is logged, and
// told to nobody outside.
func (s *server) fail(w http.ResponseWriter, r *http.Request, err error) {
	status := statusOf(err)
	if status < http.StatusInternalServerError {
		s.problem(w, r, status, rest.Outside(err), exceptions[status], errorsOf(err))
		return
	}
	level := slog.LevelError
	if status == http.StatusServiceUnavailable {
		level = slog.LevelWarn
		w.Header().Set("Retry-After", retryAfter)
	}
	s.log.LogAttrs(r.Context(), level, "request failed",
		slog.String("method", r.Method),
		slog.String("path", r.URL.Path), slog.String("error", err.Error()))
	message := "the platform failed to handle this request; its log has the details under the request id"
	switch {
	case fault.KindOf(err) == fault.Unavailable:
		message = rest.Outside(err)
	case errors.Is(err, context.DeadlineExceeded):
		message = "the request took too long; try again"
	}
	s.problem(w, r, status, message, exceptions[status], errorsOf(err))
}

func errorsOf(err error) []string {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.Errors
	}
	return nil
}

func (s *server) problem(w http.ResponseWriter, r *http.Request, status int, message, exception string, errs []string) {
	data, kind, err := encodeFor(r, problem{
		Timestamp: s.now().UTC().Format(springTime), Status: status, Error: http.StatusText(status),
		Exception: exception, Message: message, Errors: errs,
		Path: r.URL.Path, RequestID: telemetry.RequestID(r.Context()),
		Type: "about:blank", Title: http.StatusText(status), Detail: message, Instance: r.URL.Path,
	})
	if err != nil {
		data, kind = fmt.Appendf(nil, `{"status":%d}`, status), rest.JSONType
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Del("ETag")
	rest.Send(w, status, data)
}

package telemetry

import (
	"context"
	"net/http"
	"time"

	"github.com/gennaker/gennaker/internal/model"
)

// RequestIDHeader carries a request's id in both directions, as Gate's does.
const RequestIDHeader = "X-Spinnaker-Request-Id"

type contextKey int

const (
	requestIDKey contextKey = iota
	routeKey
)

// RequestID is the id of the request that the context belongs to, or "".
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey).(string)
	return id
}

// WithRequestID returns a context that belongs to a request.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestIDKey, id)
}

// requestID takes the id that a client gives, if it is fit for a log, or makes
// one.
func requestID(r *http.Request) string {
	given := r.Header.Get(RequestIDHeader)
	if given == "" || len(given) > 128 {
		return model.NewID(time.Now())
	}
	for _, c := range []byte(given) {
		if c <= ' ' || c > '~' {
			return model.NewID(time.Now())
		}
	}
	return given
}

// SetRoute notes the route that a request has taken, such as
// "GET /pipelines/{id}", for the metrics. Needed only where the request that
// [Metrics.Middleware] was given doesn't carry its pattern in the end.
func SetRoute(ctx context.Context, route string) {
	if r, ok := ctx.Value(routeKey).(*string); ok {
		*r = route
	}
}

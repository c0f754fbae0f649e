package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/klauspost/compress/gzhttp"
	"github.com/klauspost/compress/gzip"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/telemetry"
)

// server is the state behind the handlers. It is safe for concurrent use.
type server struct {
	config        Config
	executions    Executions
	pipelines     Pipelines
	allowed       func(ctx context.Context, user access.Principal) ([]string, error)
	authorizer    access.Authorizer
	identify      func(*http.Request) (access.Principal, error)
	metrics       Metrics
	now           func() time.Time
	log           *slog.Logger
	origins       *Origins
	memory        *rest.Memory
	document      []byte
	compress      func(http.Handler) http.HandlerFunc
	compressParts func(http.Handler) http.HandlerFunc
}

// New returns the handler of the whole API.
func New(o Options) (http.Handler, error) {
	s := &server{
		config: o.Config.withDefaults(), executions: o.Executions, pipelines: o.Pipelines, allowed: o.AllowedAccounts,
		authorizer: o.Authorizer, identify: o.Identify, metrics: o.Metrics, now: o.Now, log: o.Logger,
	}
	if s.authorizer != nil && (s.executions == nil || s.pipelines == nil) {
		return nil, errors.New("api: permissions are checked by Executions and Pipelines")
	}
	if s.metrics == nil {
		s.metrics = noMetrics{}
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.log == nil {
		s.log = slog.Default()
	}
	var err error
	if s.origins, err = NewOrigins(s.config.CORS); err != nil {
		return nil, err
	}
	s.memory = rest.NewMemory(s.config.Memory, s.config.MemoryWait, s.config.BodyLimit)

	routes := s.documentRoutes()
	for _, area := range o.Areas {
		routes = append(routes, area.Routes...)
	}
	components, err := components(o.Areas)
	if err != nil {
		return nil, err
	}
	if s.document, err = document(routes, components, o.Version); err != nil {
		return nil, err
	}
	if s.compress, err = gzhttp.NewWrapper(gzhttp.MinSize(1024), gzhttp.CompressionLevel(gzip.BestSpeed)); err != nil {
		return nil, fmt.Errorf("api: compression: %w", err)
	}
	// Each part of an endless answer is packed for itself: nothing is held back
	// for the next, and no stream keeps a compressor's memory.
	if s.compressParts, err = gzhttp.NewWrapper(gzhttp.MinSize(0), gzhttp.EnableZstd(false), gzhttp.CompressionLevel(gzip.StatelessCompression)); err != nil {
		return nil, fmt.Errorf("api: compression of streams: %w", err)
	}
	muxes, err := s.mount(routes)
	if err != nil {
		return nil, err
	}
	return telemetry.RequestIDs(s.withLog(guarded(s.withCORS(s.dispatch(muxes))))), nil
}

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
	"github.com/gennaker/gennaker/internal/api/live"
	"github.com/gennaker/gennaker/internal/api/operation"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/api/shown"
	"github.com/gennaker/gennaker/internal/pipelinecheck"
	"github.com/gennaker/gennaker/internal/telemetry"
)

// Config tunes the API. Zero values stand for the defaults.
type Config struct {
	// BodyLimit is how many bytes a request may bring; 32 MiB by default.
	BodyLimit int64
	// Memory is how many bytes all requests together may take for what they
	// bring; 192 MiB by default. MemoryWait is how long one waits for others to
	// end; 10 seconds by default.
	Memory     int64
	MemoryWait time.Duration
	// RequestTimeout is how long a request may take; a minute by default. Live
	// streams have no end.
	RequestTimeout time.Duration
	// TaskWait is how long a save waits for its task; 32 seconds by default, as
	// Gate's task-service does.
	TaskWait time.Duration
	// ExecutionLimit is how many executions of each pipeline a list holds where
	// the client doesn't say: Gate's gate.execution.fetch.limit, 10 by default.
	ExecutionLimit int
	// HistoryDays is how far back lists of executions and tasks reach: Orca's
	// tasks.controller.daysOfExecutionHistory, 14 by default.
	HistoryDays int
	// OldExecutions is how many executions of a pipeline without any in that
	// time are listed all the same; 2 by default.
	OldExecutions int
	// StreamRepair is the time between looks at the store on a live stream, for
	// what a lost event would have told; 30 seconds by default.
	StreamRepair time.Duration
	// TrustUserHeader takes who is asking from X-SPINNAKER-USER: only right
	// behind a proxy that sets it. It has no effect with Deps.Identify.
	TrustUserHeader bool
	CORS            CORS
}

func (c Config) withDefaults() Config {
	set := func(value *int, missing int) {
		if *value <= 0 {
			*value = missing
		}
	}
	wait := func(value *time.Duration, missing time.Duration) {
		if *value <= 0 {
			*value = missing
		}
	}
	if c.BodyLimit <= 0 {
		c.BodyLimit = 32 << 20
	}
	if c.Memory <= 0 {
		c.Memory = 192 << 20
	}
	wait(&c.MemoryWait, 10*time.Second)
	wait(&c.RequestTimeout, time.Minute)
	wait(&c.TaskWait, 32*time.Second)
	wait(&c.StreamRepair, 30*time.Second)
	set(&c.ExecutionLimit, 10)
	set(&c.HistoryDays, 14)
	set(&c.OldExecutions, 2)
	return c
}

// server is the state behind the handlers. It is safe for concurrent use.
type server struct {
	config         Config
	store          Store
	shown          *shown.Reader
	operations     *operation.Runner
	executions     Executions
	events         Events
	infrastructure Infrastructure
	validator      pipelinecheck.Stages
	templates      Templates
	authorizer     access.Authorizer
	identify       func(*http.Request) (access.Principal, error)
	metrics        Metrics
	version        string
	now            func() time.Time
	log            *slog.Logger
	origins        *Origins
	allowed        func(ctx context.Context, user access.Principal) ([]string, error)
	live           *live.Hub
	memory         *rest.Memory
	document       []byte
	compress       func(http.Handler) http.HandlerFunc
	compressParts  func(http.Handler) http.HandlerFunc
}

// New returns the handler of the whole API.
func New(d Deps) (http.Handler, error) {
	if d.Store == nil || d.Executions == nil || d.Events == nil {
		return nil, errors.New("api: Store, Executions and Events are required")
	}
	reader := shown.New(d.Store)
	s := &server{
		config: d.Config.withDefaults(), store: shownStore{d.Store, reader}, shown: reader, executions: shownExecutions{d.Executions}, events: d.Events,
		infrastructure: d.Infrastructure, validator: d.Validator,
		templates:  d.Templates,
		authorizer: d.Authorizer, identify: d.Identify, metrics: d.Metrics, version: d.Version, allowed: d.AllowedAccounts, now: d.Now, log: d.Logger,
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
	s.live = live.New(live.Options{Streams: d.Streams, Events: d.Events, Repair: s.config.StreamRepair, Log: s.log})
	s.operations = operation.New(operation.Options{Executions: d.Executions, Shown: reader, Events: d.Events, Wait: s.config.TaskWait})
	s.memory = rest.NewMemory(s.config.Memory, s.config.MemoryWait, s.config.BodyLimit)

	routes := s.routes()
	for _, area := range d.Areas {
		routes = append(routes, area.Routes...)
	}
	if s.document, err = document(routes, s.version); err != nil {
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

// routes lists every endpoint.
func (s *server) routes() []rest.Route {
	var out []rest.Route
	for _, area := range [][]rest.Route{
		s.applicationRoutes(), s.configRoutes(), s.saveRoutes(), s.startRoutes(), s.executionRoutes(), s.outlineRoutes(),
		s.controlRoutes(), s.taskRoutes(), s.projectRoutes(), s.templateRoutes(),
		s.taskDetailRoutes(), s.searchAllRoutes(), s.liveRoutes(), s.searchRoutes(), s.documentRoutes(),
	} {
		out = append(out, area...)
	}
	return out
}

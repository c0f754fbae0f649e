package api

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
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
	// TrustUserHeader takes who is asking from X-SPINNAKER-USER: only right
	// behind a proxy that sets it. It has no effect with Options.Identify.
	TrustUserHeader bool
	CORS            CORS
}

func (c Config) withDefaults() Config {
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
	return c
}

// Options are what the API is made of.
type Options struct {
	Config Config
	// Areas are its parts, whose routes are mounted.
	Areas []rest.Area
	// Executions and Pipelines tell which application something belongs to, for the
	// permissions that routes need.
	Executions Executions
	Pipelines  Pipelines
	// AllowedAccounts names the accounts that somebody may use; without it, none is
	// named in what they start.
	AllowedAccounts func(ctx context.Context, user access.Principal) ([]string, error)
	// Identify tells who a request comes from, or why it may not; without it
	// everybody is anonymous, or who X-SPINNAKER-USER says where it is trusted.
	Identify func(*http.Request) (access.Principal, error)
	// Authorizer decides who may do what; without it everybody may do everything.
	Authorizer access.Authorizer
	Metrics    Metrics
	// Version is the platform's version, for the document.
	Version string
	Now     func() time.Time
	Logger  *slog.Logger
}

// Executions reads what executions are about.
type Executions interface {
	ExecutionOutline(ctx context.Context, id string) (*store.Outline, error)
}

// Pipelines reads stored pipelines by their ids.
type Pipelines interface {
	Pipeline(ctx context.Context, id string) (model.Pipeline, error)
}

// Metrics counts requests. Its method is called from any goroutine.
type Metrics interface {
	// Request tells of one request: its method, the pattern of the route it
	// met ("" for none), the status it was answered with, and how long it took.
	Request(method, route string, status int, took time.Duration)
}

type noMetrics struct{}

func (noMetrics) Request(string, string, int, time.Duration) {}

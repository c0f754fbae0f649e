// Package server is the composition root: it makes the parts of Gennaker from
// a configuration, wires them, and runs those that the process's roles name.
package server

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/frontdoor"
	"github.com/gennaker/gennaker/internal/steady"
	"github.com/gennaker/gennaker/internal/telemetry"
	"github.com/gennaker/gennaker/internal/version"
)

// Options are what a process is made of beside its configuration.
type Options struct {
	// Log takes the log entries; standard error by default.
	Log io.Writer
	// Ready, where set, is told the address that is listened on, once requests
	// are answered.
	Ready func(address string)
}

// Run runs the roles that the configuration names until ctx ends, and returns
// once everything is stored and closed. It returns nil when it was told to end,
// and otherwise what has failed.
func Run(ctx context.Context, cfg *config.Config, o Options) error {
	if o.Log == nil {
		o.Log = os.Stderr
	}
	if o.Ready == nil {
		o.Ready = func(string) {}
	}
	log, err := telemetry.NewLogger(o.Log, cfg.Logging.Level, cfg.Logging.Format)
	if err != nil {
		return err
	}
	log.Info("starting", "version", version.Get().Version, "roles", cfg.Roles)

	for _, warning := range cfg.Warnings() {
		log.Warn("check a setting", "setting", warning.Path, "problem", warning.Message)
	}

	p := &process{
		memory: newMemoryKeeper(int64(cfg.Memory.Limit), log), clock: steady.New(),
		config: cfg, log: log, health: newHealth(), mux: http.NewServeMux(), closing: make(chan struct{}), address: advertised{config: cfg.Server},
	}
	defer p.close(context.WithoutCancel(ctx))
	if err := p.build(ctx); err != nil {
		return err
	}
	life := &lifecycle{
		config: cfg.Server, health: p.health, log: log, components: p.components,
		handler: telemetry.RequestIDs(p.door().Guard(p.mux)), closing: p.closing,
		ready: func(address string) {
			p.address.listening(address)
			o.Ready(address)
		},
	}
	if err := life.run(ctx); err != nil {
		return err
	}
	log.Info("stopped")
	return nil
}

// process is what one process is made of.
type process struct {
	config     *config.Config
	log        *slog.Logger
	health     *health
	mux        *http.ServeMux
	metrics    *telemetry.Metrics
	tracer     *telemetry.ExecutionTracer
	components []component
	closers    []closer
	closing    chan struct{}
	address    advertised
	memory     *memoryKeeper
	// clock is what executions go by.
	clock *steady.Clock
	platform
}

// door knows the names that the process goes by.
func (p *process) door() *frontdoor.Door {
	s := p.config.Server
	machine, _ := os.Hostname() // without it, that name is refused
	return frontdoor.New(frontdoor.Options{
		URLs: []string{s.BaseURL, s.Advertise}, Listen: s.Listen, Hosts: s.AllowedHosts, Machine: machine,
		Cluster: os.Getenv("KUBERNETES_SERVICE_HOST") != "",
	})
}

// closer closes something that others stand on.
type closer struct {
	name  string
	close func(ctx context.Context) error
}

// closeTimeout bounds closing one thing.
const closeTimeout = 10 * time.Second

// build makes the parts, from the bottom up.
func (p *process) build(ctx context.Context) error {
	if p.config.Metrics.Enabled {
		p.metrics = telemetry.NewMetrics()
		p.mux.Handle("GET /metrics", p.metrics.Handler())
	}
	p.runs("memory", p.memory)
	p.health.register(p.mux)
	if err := p.buildTracer(ctx); err != nil {
		return err
	}
	if err := os.MkdirAll(p.config.DataDir, 0o750); err != nil {
		return fmt.Errorf("create the data directory (dataDir): %w", err)
	}
	if err := p.buildPlatform(ctx); err != nil {
		return err
	}
	p.addGauges()
	if p.has(config.RoleAPI) {
		return p.buildAPI()
	}
	return nil
}

func (p *process) buildTracer(ctx context.Context) (err error) {
	t := p.config.Tracing
	p.tracer, err = telemetry.NewExecutionTracer(ctx, telemetry.TracingOptions{
		Endpoint: t.Endpoint, Protocol: t.Protocol, Headers: t.Headers, SampleRatio: t.SampleRatio,
		Getenv: os.Getenv, Log: p.log,
	})
	if err != nil {
		return err
	}
	p.onClose("traces", p.tracer.Close)
	return nil
}

// has tells whether the process runs a role.
func (p *process) has(role config.Role) bool { return slices.Contains(p.config.Roles, role) }

// runs adds a component.
func (p *process) runs(name string, c Component) {
	p.components = append(p.components, component{name: name, Component: c})
}

// onClose has something closed at the end; what was added last is closed first.
func (p *process) onClose(name string, do func(ctx context.Context) error) {
	p.closers = append(p.closers, closer{name: name, close: do})
}

func (p *process) close(ctx context.Context) {
	for _, c := range slices.Backward(p.closers) {
		ctx, cancel := context.WithTimeout(ctx, closeTimeout)
		if err := c.close(ctx); err != nil {
			p.log.Error("could not close", "what", c.name, "error", err)
		}
		cancel()
	}
}

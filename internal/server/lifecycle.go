package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/gennaker/gennaker/internal/config"
)

// Component is a part of the process that runs for as long as the process
// does. Run returns nil soon after its context has ended, once what it was
// doing is at a safe point; any other return ends the whole process.
type Component interface {
	Run(ctx context.Context) error
}

// component is a Component with a name for the log.
type component struct {
	name string
	Component
}

// errStopped is what a component that ends by itself is taken to have said.
var errStopped = errors.New("stopped by itself")

// lifecycle runs components behind an HTTP server, and ends them in the right
// order: readiness fails first; then no more requests are taken, and those at
// hand are answered; then the components come to a safe point. The caller then
// closes what they all stand on.
type lifecycle struct {
	config     config.Server
	health     *health
	log        *slog.Logger
	components []component
	handler    http.Handler
	// ready is told the address that is listened on once requests are taken.
	ready func(address string)
	// closing is closed when no more requests are taken: handlers that go on
	// for ever, such as event streams, end then.
	closing chan struct{}
}

// maxHeader is how many bytes the request line and the headers of a request may
// have: enough for a query with as many ids as a request may name.
const maxHeader = 256 << 10

// run runs everything until ctx ends or a component fails.
func (l *lifecycle) run(ctx context.Context) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", l.config.Listen)
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("listen on %s: another program uses this address, maybe another Gennaker; "+
			"stop it, or choose another address with --listen or server.listen: %w", l.config.Listen, err)
	}
	if err != nil {
		return fmt.Errorf("listen on %s: %w", l.config.Listen, err)
	}
	defer listener.Close()

	// The components outlive ctx: they are told to stop after the server.
	componentsCtx, stopComponents := context.WithCancel(context.WithoutCancel(ctx))
	defer stopComponents()
	group, failed := errgroup.WithContext(componentsCtx)
	for _, c := range l.components {
		group.Go(func() error { return l.runComponent(failed, c) })
	}

	server := &http.Server{
		Handler:           l.handler,
		ReadHeaderTimeout: l.config.ReadHeaderTimeout,
		ReadTimeout:       l.config.ReadTimeout,
		IdleTimeout:       l.config.IdleTimeout,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(l.log.Handler(), slog.LevelDebug),
	}
	serving := make(chan error, 1)
	go func() { serving <- server.Serve(listener) }()
	l.health.enter(up)
	l.log.Info("ready", "address", listener.Addr().String())
	l.ready(listener.Addr().String())
	debug.FreeOSMemory() // starting takes memory that running does not need
	dropFilePages()

	select {
	case <-ctx.Done():
		l.log.Info("stopping", "reason", context.Cause(ctx))
		l.health.enter(stopping)
		pause(failed, l.config.ShutdownDelay)
	case <-failed.Done():
		l.health.enter(stopping)
	case err = <-serving:
		err = fmt.Errorf("serve HTTP on %s: %w", l.config.Listen, err)
	}
	l.closeServer(ctx, server)
	stopComponents()
	if stopErr := group.Wait(); stopErr != nil && err == nil {
		err = stopErr
	}
	return err
}

func (l *lifecycle) runComponent(ctx context.Context, c component) error {
	start := time.Now()
	err := c.Run(ctx)
	if ctx.Err() != nil && (err == nil || errors.Is(err, context.Canceled)) {
		l.log.Debug("stopped", "component", c.name)
		return nil
	}
	if err == nil {
		err = errStopped
	}
	l.log.Error("component failed", "component", c.name, "error", err, "after", time.Since(start))
	return fmt.Errorf("%s: %w", c.name, err)
}

// closeServer answers what is at hand and takes nothing new.
func (l *lifecycle) closeServer(ctx context.Context, server *http.Server) {
	close(l.closing)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), l.config.ShutdownTimeout)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		l.log.Warn("requests were cut off", "after", l.config.ShutdownTimeout)
		_ = server.Close()
	}
}

// pause waits, but not for longer than ctx lasts.
func pause(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

package api

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
)

// streamInfrastructure tells a client of changes as they are seen.
func (s *server) streamInfrastructure(w http.ResponseWriter, r *http.Request) error {
	if s.infrastructure == nil {
		return fault.New(fault.NotFound, "there is no cloud account here")
	}
	if err := s.streams.Enter(); err != nil {
		return err
	}
	defer s.streams.Leave()
	ctx, cancel := s.untilClosed(r)
	defer cancel()
	application := strings.ToLower(r.PathValue("application"))
	if application == "*" {
		application = ""
	}
	out, err := openSSE(w)
	if err != nil {
		return nil // the client has gone
	}
	var mu sync.Mutex // the heart beats beside what is told
	send := func(write func() error) error {
		mu.Lock()
		defer mu.Unlock()
		return write()
	}
	var heart sync.WaitGroup
	heart.Go(func() {
		ticker := time.NewTicker(s.config.Heartbeat)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				if send(out.beat) != nil {
					cancel()
					return
				}
			}
		}
	})
	began := func() error { return send(func() error { return out.send("ready", "", struct{}{}) }) }
	_ = s.infrastructure.Follow(ctx, application, began, func(changes []any) error {
		return send(func() error { return out.send("change", "", changes) })
	}) // an error is that the client has gone
	cancel()
	heart.Wait()
	return nil
}

// untilClosed is the request's context, which ends with the server too.
func (s *server) untilClosed(r *http.Request) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(r.Context())
	go func() {
		select {
		case <-s.done:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

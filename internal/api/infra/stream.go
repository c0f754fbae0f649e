package infra

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/fault"
)

// streamInfrastructure tells a client of changes as they are seen.
func (a *area) streamInfrastructure(w http.ResponseWriter, r *http.Request) error {
	if a.infrastructure == nil {
		return fault.New(fault.NotFound, "no cloud account is set up")
	}
	if err := a.streams.Enter(); err != nil {
		return err
	}
	defer a.streams.Leave()
	ctx, cancel := a.streams.UntilDone(r)
	defer cancel()
	application := strings.ToLower(r.PathValue("application"))
	if application == "*" {
		application = ""
	}
	out, err := rest.OpenSSE(w)
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
		ticker := time.NewTicker(a.streams.Heartbeat)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				if send(out.Beat) != nil {
					cancel()
					return
				}
			}
		}
	})
	began := func() error { return send(func() error { return out.Send("ready", "", struct{}{}) }) }
	_ = a.infrastructure.Follow(ctx, application, began, func(changes []any) error {
		return send(func() error { return out.Send("change", "", changes) })
	}) // an error is that the client has gone
	cancel()
	heart.Wait()
	return nil
}

package server

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// phase is where a process is in its life.
type phase int32

// The phases, in the order they come.
const (
	starting phase = iota
	up
	stopping
)

// checkTimeout bounds one health check.
const checkTimeout = 3 * time.Second

// Check tells whether something the process needs is there.
type Check func(ctx context.Context) error

// health answers whether the process is alive and ready.
type health struct {
	phase  atomic.Int32
	mu     sync.Mutex
	checks map[string]Check
	tells  map[string]func(ctx context.Context) map[string]string
}

func newHealth() *health {
	return &health{checks: map[string]Check{}, tells: map[string]func(context.Context) map[string]string{}}
}

func (h *health) enter(p phase) { h.phase.Store(int32(p)) }

func (h *health) in() phase { return phase(h.phase.Load()) }

func (h *health) add(name string, check Check) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.checks[name] = check
}

// tell adds details to a component that is up. What an operator should know of
// it need not keep requests away.
func (h *health) tell(name string, details func(ctx context.Context) map[string]string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.tells[name] = details
}

// report is a health answer, in the shape of Gate's (Spring's health endpoint).
type report struct {
	Status     string            `json:"status"`
	Components map[string]report `json:"components,omitempty"`
	Details    map[string]string `json:"details,omitempty"`
}

// Spring's names of what can be reported.
const (
	statusUp           = "UP"
	statusDown         = "DOWN"
	statusOutOfService = "OUT_OF_SERVICE"
)

// register adds the health endpoints.
func (h *health) register(mux *http.ServeMux) {
	for _, path := range []string{"/health", "/health/readiness", "/readyz"} {
		mux.HandleFunc("GET "+path, h.readiness)
	}
	for _, path := range []string{"/health/liveness", "/livez"} {
		mux.HandleFunc("GET "+path, h.liveness)
	}
}

// liveness says that the process runs. It checks nothing else: a database that
// is away is no reason to start the process again.
func (h *health) liveness(w http.ResponseWriter, _ *http.Request) {
	writeReport(w, report{Status: statusUp})
}

// readiness says whether requests should be sent here.
func (h *health) readiness(w http.ResponseWriter, r *http.Request) {
	switch h.in() {
	case starting:
		writeReport(w, report{Status: statusOutOfService, Details: map[string]string{"reason": "starting"}})
		return
	case stopping:
		writeReport(w, report{Status: statusOutOfService, Details: map[string]string{"reason": "stopping"}})
		return
	case up:
	}
	ctx, cancel := context.WithTimeout(r.Context(), checkTimeout)
	defer cancel()
	out := report{Status: statusUp, Components: map[string]report{}}
	for name, err := range h.run(ctx) {
		component := report{Status: statusUp}
		if err != nil {
			component = report{Status: statusDown, Details: map[string]string{"error": err.Error()}}
			out.Status = statusDown
		}
		out.Components[name] = component
	}
	for name, details := range h.told(ctx) {
		component := out.Components[name]
		component.Status = cmp.Or(component.Status, statusUp)
		if component.Details == nil {
			component.Details = details
		}
		out.Components[name] = component
	}
	writeReport(w, out)
}

// told collects the details that there are.
func (h *health) told(ctx context.Context) map[string]map[string]string {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := map[string]map[string]string{}
	for name, details := range h.tells {
		out[name] = details(ctx)
	}
	return out
}

// run runs all checks side by side.
func (h *health) run(ctx context.Context) map[string]error {
	h.mu.Lock()
	defer h.mu.Unlock()
	var (
		results = make(map[string]error, len(h.checks))
		mu      sync.Mutex
		wait    sync.WaitGroup
	)
	for name, check := range h.checks {
		wait.Go(func() {
			err := check(ctx)
			mu.Lock()
			defer mu.Unlock()
			results[name] = err
		})
	}
	wait.Wait()
	return results
}

func writeReport(w http.ResponseWriter, r report) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if r.Status != statusUp {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(r) // the client has gone: nobody to tell
}

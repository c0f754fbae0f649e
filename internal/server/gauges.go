package server

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/telemetry"
)

// addGauges has the metrics count what is in the database when they are asked.
func (p *process) addGauges() {
	p.metrics.Add(telemetry.ActiveExecutions(p.platform.store.CountActive))
	p.metrics.Add(telemetry.QueueJobs(p.queue.States))
	if p.has(config.RoleEngine) {
		p.addOutboxGauges()
		p.metrics.Add(telemetry.StageCalls(p.stageCalls))
		p.metrics.Add(telemetry.PoisonExecutions(p.poisonExecutions))
	}
	if p.has(config.RoleCloud) {
		p.metrics.Add(telemetry.WatchedObjects(p.watches(func(s view.WatchState) int64 { return int64(s.Objects) })))
		p.metrics.Add(telemetry.WatchUp(p.watches(func(s view.WatchState) int64 {
			if s.State == view.WatchLive {
				return 1
			}
			return 0
		})))
	}
}

// stageCalls counts the calls that stages make outside.
func (p *process) stageCalls(context.Context) (map[string]int64, error) {
	calls := p.runner.Calls()
	return map[string]int64{"running": int64(calls.Running), "waiting": int64(calls.Waiting), "abandoned": int64(calls.Abandoned)}, nil
}

// poisonExecutions counts the executions whose processing brings down processes.
func (p *process) poisonExecutions(ctx context.Context) (map[string]int64, error) {
	suspects, err := p.queue.Suspects(ctx)
	if err != nil {
		return nil, err
	}
	ended, _ := p.runner.Poisoned()
	return map[string]int64{"suspect": int64(suspects), "ended": int64(ended)}, nil
}

// tellOfPoison is what the health endpoint says of them; nothing if there are
// none.
func (p *process) tellOfPoison(ctx context.Context) map[string]string {
	out := map[string]string{}
	if n, err := p.queue.Suspects(ctx); err == nil && n > 0 {
		out["suspectExecutions"] = strconv.Itoa(n)
	}
	if n, last := p.runner.Poisoned(); n > 0 {
		out["endedExecutions"] = strconv.Itoa(n)
		out["lastEnded"] = fmt.Sprintf("%s at %s, after %d processes crashed while they worked on it", last.ExecutionID, last.At.UTC().Format(time.RFC3339), last.Processes)
	}
	return out
}

// watches reads a figure of each watched account.
func (p *process) watches(figure func(view.WatchState) int64) func(context.Context) (map[string]int64, error) {
	return func(context.Context) (map[string]int64, error) {
		out := map[string]int64{}
		for _, state := range p.infrastructure.States() {
			out[state.Account] = figure(state)
		}
		return out, nil
	}
}

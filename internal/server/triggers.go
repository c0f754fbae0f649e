package server

import (
	"context"
	"fmt"

	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/trigger"
	"github.com/gennaker/gennaker/internal/trigger/eventlog"
	"github.com/gennaker/gennaker/internal/trigger/schedule"
)

// buildScheduler makes what fires cron triggers.
func (p *process) buildScheduler() (err error) {
	p.starter = &schedule.Starter{Pipelines: p.platform.store}
	p.scheduler, err = schedule.New(schedule.Options{
		Store: p.platform.store, Ticks: p.starter, Config: p.config.Scheduler, Now: p.clock.Now, Logger: p.log,
	})
	return err
}

// buildEventLog makes what receives events. It starts pipelines once the engine is there.
func (p *process) buildEventLog() {
	p.eventLog = eventlog.New(eventlog.Options{
		Store: p.platform.store, Rules: func() trigger.Options { return p.triggerRules }, Memory: limit.NewBudget(p.memory.share(8), 0),
		Now: p.clock.Now, Logger: p.log,
	})
	p.starter.Events = p.eventLog
}

// buildTriggers sets the rules by which events start pipelines, and indexes these.
func (p *process) buildTriggers(ctx context.Context) error {
	secret, err := p.secrets.Resolve(ctx, p.config.Trigger.Git.SharedSecret)
	if err != nil {
		return fmt.Errorf("trigger.git.shared-secret: %w", err)
	}
	p.triggerRules = trigger.Options{
		GitSecret: secret.Reveal(), Evaluate: p.expressions.Expected,
		Quiet: func(kind string) bool { return p.config.QuietPeriod.Holds(kind, p.clock.Now()) },
	}
	if !p.has(config.RoleEngine) {
		return nil
	}
	return p.eventLog.Index(ctx)
}

// catalog keeps pipelines, and tells those that follow them.
func (p *process) catalog() *catalog.Catalog {
	if p.scheduler == nil { // what is only asked about stage types stores nothing
		return catalog.New(p.platform.store)
	}
	return catalog.New(p.platform.store, p.scheduler, p.eventLog)
}

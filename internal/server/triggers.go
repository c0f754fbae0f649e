package server

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/registry"
	"github.com/gennaker/gennaker/internal/registry/search"
	"github.com/gennaker/gennaker/internal/trigger"
	"github.com/gennaker/gennaker/internal/trigger/eventlog"
	"github.com/gennaker/gennaker/internal/trigger/inherit"
	"github.com/gennaker/gennaker/internal/trigger/schedule"
)

// buildScheduler makes what fires cron triggers.
func (p *process) buildScheduler() (err error) {
	p.inherited = &inherit.Service{Store: p.platform.store, Logger: p.log}
	p.starter = &schedule.Starter{Pipelines: p.platform.store, Inheritance: p.inherited}
	p.scheduler, err = schedule.New(schedule.Options{
		Store: p.platform.store, Ticks: p.starter, Inheritance: p.inherited, Config: p.config.Scheduler, Now: p.clock.Now, Logger: p.log,
	})
	return err
}

// buildEventLog makes what receives events. It starts pipelines once the engine is there.
func (p *process) buildEventLog() {
	p.eventLog = eventlog.New(eventlog.Options{
		Store: p.platform.store, Inheritance: p.inherited, Rules: func() trigger.Options { return p.triggerRules }, Memory: limit.NewBudget(p.memory.share(8), 0),
		Now: p.clock.Now, Logger: p.log,
	})
	p.starter.Events = p.eventLog
}

// buildRegistries makes what looks for images and charts that are pushed.
func (p *process) buildRegistries() error {
	p.registries = registry.New(registry.Options{
		Config: p.config.Registries, Store: p.platform.store, Resources: p.resources, Sources: p.artifacts, Events: p.eventLog,
		Refresh: p.accounts.Load, Confirm: p.confirmSubscription, Now: p.clock.Now, Logger: p.log,
	})
	if p.has(config.RoleEngine) {
		p.runs("registries", p.registries)
	}
	return p.resources.Register(p.registries.Kind())
}

// searches are what starts pipelines when something is published in an artifact repository.
func (p *process) searches() *search.Service {
	return search.New(search.Options{
		Artifactory: p.config.Artifactory, Nexus: p.config.Nexus, Events: p.eventLog, Secrets: p.secrets,
	})
}

// confirmSubscription opens a URL of Amazon SNS, so that it sends notifications.
func (p *process) confirmSubscription(ctx context.Context, at string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at, http.NoBody)
	if err != nil {
		return err
	}
	client := p.guard.Client(httpguard.ClientOptions{ConnectTimeout: confirmTime, ReadTimeout: confirmTime, TotalTimeout: confirmTime, RefuseRedirects: true})
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("confirm the subscription of Amazon SNS: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fault.New(fault.Unavailable, "Amazon SNS answers with status %d when its subscription is confirmed", resp.StatusCode)
	}
	return nil
}

// confirmTime bounds that request.
const confirmTime = 10 * time.Second

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
	if p.webhookTemplates, err = p.config.Webhooks.Open(); err != nil {
		return err
	}
	if !p.has(config.RoleEngine) {
		return nil
	}
	if err := p.eventLog.Index(ctx); err != nil {
		return err
	}
	return p.inherited.Adopt(ctx)
}

// catalog keeps pipelines, and tells those that follow them.
func (p *process) catalog() *catalog.Catalog {
	if p.scheduler == nil { // what is only asked about stage types stores nothing
		return catalog.New(p.platform.store)
	}
	return catalog.New(p.platform.store, p.inherited)
}

package server

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"time"

	"github.com/gennaker/gennaker/internal/account"
	"github.com/gennaker/gennaker/internal/agent/hub"
	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/artifactstore"
	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/cloud/infrastructure"
	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/encryption"
	"github.com/gennaker/gennaker/internal/evaluation"
	"github.com/gennaker/gennaker/internal/events"
	"github.com/gennaker/gennaker/internal/execution"
	"github.com/gennaker/gennaker/internal/forward"
	"github.com/gennaker/gennaker/internal/githost/hooks"
	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/imagebakery"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/notify/dispatch"
	"github.com/gennaker/gennaker/internal/outbox"
	"github.com/gennaker/gennaker/internal/pubsub"
	"github.com/gennaker/gennaker/internal/queue"
	"github.com/gennaker/gennaker/internal/registry"
	"github.com/gennaker/gennaker/internal/resource"
	"github.com/gennaker/gennaker/internal/retention"
	"github.com/gennaker/gennaker/internal/runner"
	"github.com/gennaker/gennaker/internal/secret"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/judgment"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/telemetry"
	"github.com/gennaker/gennaker/internal/template/library"
	"github.com/gennaker/gennaker/internal/trigger"
	"github.com/gennaker/gennaker/internal/trigger/eventlog"
	"github.com/gennaker/gennaker/internal/trigger/extract"
	"github.com/gennaker/gennaker/internal/trigger/inherit"
	"github.com/gennaker/gennaker/internal/trigger/schedule"
	"github.com/gennaker/gennaker/internal/trigger/subscription"
)

// platform is what the roles of a process share.
type platform struct {
	store      *store.Store
	queue      *queue.Queue
	events     *events.Bus
	stages     *stage.Registry
	executions *execution.Service
	runner     *runner.Runner
	clouds     *clouds
	secrets    *secret.Resolver
	accounts   *account.Service
	agents     *hub.Hub
	outbox     *outbox.Outbox
	eventLog   *eventlog.Log
	// triggerRules are set before anything is received.
	triggerRules trigger.Options
	resources    *resource.Service
	follower     *forward.Forwarder // nil if nobody outside listens
	scheduler    *schedule.Scheduler
	registries   *registry.Service
	gitHooks     *hooks.Service
	starter      *schedule.Starter
	inherited    *inherit.Service

	notifications *dispatch.Dispatcher
	topics        *pubsub.Topics
	subscriptions *subscription.Service
	// webhookTemplates make artifacts of webhooks.
	webhookTemplates extract.Sources

	infrastructure *infrastructure.Shared

	expressions evaluation.Evaluator
	artifacts   *artifact.Service
	keys        *encryption.Keyring
	contents    *artifactstore.Store
	images      *imagebakery.Service
	guard       *httpguard.Guard
	templates   templating
}

// buildPlatform makes the store, the queue and the engine on top of them.
func (p *process) buildPlatform(ctx context.Context) error {
	st, err := store.Open(ctx, databaseURL(p.config), store.Options{
		Logger: p.log, SQLiteSynchronous: p.config.Database.Synchronous,
	})
	if err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	p.platform.store = st
	p.onClose("database", func(context.Context) error { return st.Close() })
	p.health.add("database", st.Check)

	p.events = events.New(st, p.log)
	p.runs("events", p.events)
	p.onClose("events", p.events.Flush)
	p.resources = resource.New(resource.Options{Store: st, Now: p.clock.Now, Logger: p.log})
	if err := p.buildClouds(); err != nil {
		return err
	}
	if err := p.buildArtifacts(ctx); err != nil {
		return err
	}
	if err := p.buildAccounts(ctx); err != nil {
		return err
	}
	p.buildImages()
	if err := p.buildScheduler(); err != nil {
		return err
	}
	p.buildTopics()
	if err := p.buildOutbox(); err != nil {
		return err
	}
	if err := p.buildRegistries(); err != nil {
		return err
	}
	if err := p.buildSubscriptions(); err != nil {
		return err
	}
	if err := p.buildQueue(ctx); err != nil {
		return err
	}
	if err := p.buildAgents(ctx); err != nil {
		return err
	}
	if err := p.buildInfrastructure(ctx); err != nil {
		return err
	}
	return p.buildEngine(ctx)
}

func (p *process) buildQueue(ctx context.Context) (err error) {
	o := queue.Options{
		Workers: p.config.Engine.Workers, PoisonAfter: p.config.Engine.PoisonAfter, DrainTimeout: p.config.Engine.DrainTimeout, Logger: p.log,
		Now: p.clock.Now,
	}
	if p.has(config.RoleEngine) {
		o.Handler = func(ctx context.Context, job queue.Job) error { return p.runner.Advance(ctx, job) }
		o.Jobs = p.outbox.Jobs()
	}
	p.queue, err = queue.New(ctx, p.platform.store, o)
	if err != nil {
		return fmt.Errorf("open the queue: %w", err)
	}
	p.outbox.Through(p.queue)
	p.resources.Through(p.queue, p.has(config.RoleEngine))
	p.scheduler.Through(p.queue, p.has(config.RoleEngine) && p.config.Scheduler.Enabled)
	if p.has(config.RoleEngine) {
		return p.accounts.Adopt(ctx)
	}
	return nil
}

// buildEngine makes what starts, steers and advances executions.
func (p *process) buildEngine(ctx context.Context) error {
	zone, err := time.LoadLocation(p.config.Engine.Timezone)
	if err != nil {
		return fmt.Errorf("engine.timezone: %w", err)
	}
	evaluator := evaluation.New(evaluation.Options{
		Store: p.platform.store, Guard: p.guard, Contents: p.contents, Shown: artifactstore.Masked{Store: p.contents},
	})
	p.expressions = evaluator
	p.templates = newTemplates(library.New(p.platform.store, p.inherited), p.artifacts, evaluator)
	p.inherited.Planner = p.templates
	p.inherited.Followers = []catalog.Follower{p.scheduler, p.eventLog, p.registries}
	if err := p.buildTriggers(ctx); err != nil {
		return err
	}
	children := &execution.Launcher{}
	p.stages, err = p.stageTypes(stageParts{zone: zone, guard: p.guard, children: children, expressions: evaluator, templates: p.templates})
	if err != nil {
		return err
	}
	p.executions = execution.New(execution.Options{
		Store: p.platform.store, Queue: p.queue, Events: p.events, Types: p.stages, Evaluator: evaluator, Asker: evaluator,
		Contents: p.contents, Templates: p.templates, MaxDepth: p.config.Engine.MaxPipelineDepth, IgnorePaused: p.config.Compatibility.IgnorePausedExecutions, Logger: p.log, OnWake: func(id string) { p.runner.Poke(id) },
		Now: p.clock.Now,
	})
	children.Service = p.executions
	p.eventLog.Through(p.executions)
	p.connectNotifications()
	o := runner.Options{
		Store: p.platform.store, Queue: p.queue, Events: p.events, Executions: p.executions, Stages: p.stages,
		Evaluator: evaluator, Asker: evaluator, Contents: p.contents, Logger: p.log, MinBackoff: p.config.Engine.Tasks.BackOff,
		Identity: judgment.AuthenticatedUser, CallsPerDestination: p.config.Engine.CallsPerDestination, Memory: limit.NewBudget(p.memory.share(3), 0),
		KeepEvaluatedTexts: p.config.Compatibility.KeepEvaluatedTexts,
		Observer:           telemetry.Observer{Metrics: p.metrics, Tracer: p.tracer},
		Now:                p.clock.Now,
	}
	o.Followers, o.Outbox = []runner.Follower{p.eventLog}, p.outbox
	if p.follower != nil {
		o.Followers = append(o.Followers, p.follower)
	}
	if p.notifications.Works() {
		o.Followers = append(o.Followers, p.notifications)
	}
	p.runner = runner.New(o)
	if p.has(config.RoleEngine) {
		p.runs("engine", engineComponent{p.queue, p.runner})
		p.health.tell("engine", p.tellOfPoison)
		return p.buildRetention()
	}
	return nil
}

// buildRetention has old things deleted every so often, by one process of the
// installation at a time.
func (p *process) buildRetention() error {
	cleaner, err := retention.New(retention.Options{
		Config: p.config.Pollers, Store: p.platform.store, Events: p.events, Outbox: p.outbox, Happened: p.eventLog,
		Metrics: p.metrics.Registerer(), Logger: p.log,
	})
	if err != nil {
		return err
	}
	for _, job := range cleaner.Jobs() {
		p.queue.Periodic(job.Name, job.Every, job.Run)
	}
	p.queue.Periodic("artifact-store-cleanup", artifactstore.CollectEvery, func(ctx context.Context) error {
		n, err := p.contents.Collect(ctx)
		if n > 0 {
			p.log.InfoContext(ctx, "contents of artifacts were deleted that nothing refers to", "contents", n)
		}
		return err
	})
	return nil
}

// engineComponent advances executions until it is told to stop, and then to a
// point from which another process can go on.
type engineComponent struct {
	queue  *queue.Queue
	runner *runner.Runner
}

// Run implements Component.
func (c engineComponent) Run(ctx context.Context) error {
	stop := context.AfterFunc(ctx, c.runner.Drain)
	defer stop()
	return c.queue.Run(ctx)
}

// databaseURL is the configured database, or a SQLite file in the data
// directory.
func databaseURL(cfg *config.Config) string {
	if cfg.Database.URL != "" {
		return cfg.Database.URL
	}
	return (&url.URL{Scheme: "sqlite", Path: filepath.Join(cfg.DataDir, "gennaker.db")}).String()
}

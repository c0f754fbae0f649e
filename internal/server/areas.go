package server

import (
	"github.com/gennaker/gennaker/internal/api"
	"github.com/gennaker/gennaker/internal/api/accounts"
	"github.com/gennaker/gennaker/internal/api/areas"
	"github.com/gennaker/gennaker/internal/api/artifacts"
	"github.com/gennaker/gennaker/internal/api/infra"
	"github.com/gennaker/gennaker/internal/api/live"
	"github.com/gennaker/gennaker/internal/api/operation"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/api/shown"
	"github.com/gennaker/gennaker/internal/api/stagetypes"
	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/cron"
	"github.com/gennaker/gennaker/internal/pipelinecheck/registered"
	"github.com/gennaker/gennaker/internal/rollback/planner"
	"github.com/gennaker/gennaker/internal/stage/bakemanifest"
	"github.com/gennaker/gennaker/internal/stage/preconfigured"
	"github.com/gennaker/gennaker/internal/stage/preview"
	"github.com/gennaker/gennaker/internal/trigger"
	"github.com/gennaker/gennaker/internal/version"
	"github.com/gennaker/gennaker/internal/waiting"
)

// shared is what several areas and the API itself use.
type shared struct {
	reader    *shown.Reader
	directory accounts.Directory
	origins   *api.Origins
}

func (p *process) shared(cors api.CORS) (shared, error) {
	origins, err := api.NewOrigins(cors)
	return shared{reader: shown.New(p.platform.store), directory: accounts.NewDirectory(p.infrastructure), origins: origins}, err
}

// areas are the areas of the API, made with the parts of the process.
func (p *process) areas(s shared) ([]rest.Area, error) {
	types, err := p.describedTypes()
	if err != nil {
		return nil, err
	}
	streams := rest.NewStreams(0, 0, p.closing)
	return areas.All(areas.Deps{
		Store: p.platform.store, Executions: p.executions, Shown: s.reader, Directory: s.directory, Streams: streams,
		Operations: operation.New(operation.Options{Executions: p.executions, Shown: s.reader, Events: p.events}),
		Live:       live.New(live.Options{Streams: streams, Events: p.events, Log: p.log}),
		Accounts:   accounts.Deps{Definitions: p.accounts, States: p.accounts, Agents: p.agents},
		Infra: infra.Deps{
			Infrastructure: p.infrastructure, Objects: kubernetes.Reader{Provider: p.clouds.kubernetes, Health: p.infrastructure.Health},
			Manifests: preview.Planner{Provider: p.clouds.kubernetes, Artifacts: p.artifacts},
		},
		Running: p.infrastructure, Artifacts: artifacts.Deps{Artifacts: p.artifacts, Contents: p.contents}, Contents: p.contents, Images: p.images, Baker: bakemanifest.Baker{Bakery: p.bakery(shownArtifacts{p.artifacts}), Evaluate: p.expressions.Manifest}, Cron: cron.Describe, Schedules: p.scheduler, Inherited: p.inherited, Acting: actsOn(p.config), Expressions: p.expressions.Expressions(),
		Messages: p.outbox, Subscriptions: p.subscriptions, WebhookTemplates: p.webhookTemplates, Triggers: p.eventLog, GitHooks: p.gitHooks, Resources: p.resources, Registries: p.registries, Searches: p.searches(), Quiet: func() trigger.QuietStatus { return p.config.QuietPeriod.Status(p.clock.Now()) }, Notifications: p.notifications, Origins: s.origins, StageTypes: types,
		Waits: waiting.Stored{States: p.platform.store}, Rollbacks: planner.New(p.clouds.kubernetes, planner.Stored{Store: p.platform.store}), Planner: p.templates, Version: version.Get().Version, Log: p.log,
	}), nil
}

// describedTypes are the stage types as editors of pipelines need them.
func (p *process) describedTypes() (stagetypes.Deps, error) {
	checks, err := registered.New(p.stages, actsOn(p.config))
	if err != nil {
		return stagetypes.Deps{}, err
	}
	hooks, err := preconfigured.DescribeWebhooks(p.config.Webhook.Preconfigured)
	if err != nil {
		return stagetypes.Deps{}, err
	}
	return stagetypes.Deps{Types: p.stages, Checks: checks, Preconfigured: stagetypes.Preconfigured{
		Webhooks: hooks, Jobs: preconfigured.DescribeJobs(p.config.Job.Preconfigured.Kubernetes), Monitors: p.config.MonitoredDeploy.Describe(),
	}}, nil
}

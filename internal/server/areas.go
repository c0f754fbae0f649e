package server

import (
	"github.com/gennaker/gennaker/internal/api"
	"github.com/gennaker/gennaker/internal/api/absent"
	"github.com/gennaker/gennaker/internal/api/accounts"
	"github.com/gennaker/gennaker/internal/api/admin"
	"github.com/gennaker/gennaker/internal/api/applications"
	"github.com/gennaker/gennaker/internal/api/artifacts"
	"github.com/gennaker/gennaker/internal/api/executions"
	"github.com/gennaker/gennaker/internal/api/expressions"
	"github.com/gennaker/gennaker/internal/api/infra"
	"github.com/gennaker/gennaker/internal/api/installation"
	"github.com/gennaker/gennaker/internal/api/live"
	"github.com/gennaker/gennaker/internal/api/messages"
	"github.com/gennaker/gennaker/internal/api/notifications"
	"github.com/gennaker/gennaker/internal/api/operation"
	"github.com/gennaker/gennaker/internal/api/pipelines"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/api/shown"
	"github.com/gennaker/gennaker/internal/api/stagetypes"
	"github.com/gennaker/gennaker/internal/api/tags"
	"github.com/gennaker/gennaker/internal/api/templates"
	"github.com/gennaker/gennaker/internal/api/users"
	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/cron"
	"github.com/gennaker/gennaker/internal/pipelinecheck/registered"
	"github.com/gennaker/gennaker/internal/stage/preconfigured"
	"github.com/gennaker/gennaker/internal/stage/preview"
	"github.com/gennaker/gennaker/internal/version"
)

// shared is what several areas and the API itself use.
type shared struct {
	reader     *shown.Reader
	operations *operation.Runner
	directory  accounts.Directory
	origins    *api.Origins
	streams    *rest.Streams
}

func (p *process) shared(cors api.CORS) (shared, error) {
	origins, err := api.NewOrigins(cors)
	reader := shown.New(p.platform.store)
	return shared{
		reader:     reader,
		operations: operation.New(operation.Options{Executions: p.executions, Shown: reader, Events: p.events}),
		directory:  accounts.NewDirectory(p.clouds),
		origins:    origins,
		streams:    rest.NewStreams(0, 0, p.closing),
	}, err
}

// areas are the areas of the API: a new one is a line here.
func (p *process) areas(s shared) ([]rest.Area, error) {
	st := p.platform.store
	types, err := p.describedTypes()
	if err != nil {
		return nil, err
	}
	return []rest.Area{
		absent.New(st),
		accounts.New(accounts.Deps{Directory: s.directory, Pipelines: st, Definitions: definitions{p.accounts}, States: definitions{p.accounts}, Agents: agents{p.agents}}),
		admin.New(s.reader, p.executions),
		applications.New(applications.Deps{Store: st, Clouds: p.infrastructure, Shown: s.reader, Log: p.log}),
		artifacts.New(artifactService{p.artifacts}),
		executions.New(executions.Deps{
			Executions: p.executions, Shown: s.reader, Pipelines: st, Operations: s.operations,
			Live: live.New(live.Options{Streams: s.streams, Events: p.events, Log: p.log}),
		}),
		expressions.New(s.reader, p.expressions.Expressions()),
		infra.New(infra.Deps{
			Infrastructure: p.infrastructure, Objects: kubernetes.Reader{Provider: p.clouds.kubernetes},
			Manifests: preview.Planner{Provider: p.clouds.kubernetes, Artifacts: p.artifacts}, Accounts: s.directory, Streams: s.streams,
		}),
		installation.New(version.Get().Version, cron.Describe),
		messages.New(p.outbox),
		notifications.New(st),
		pipelines.New(pipelines.Deps{Store: st, Operations: s.operations, Stages: types.Checks}),
		stagetypes.New(types),
		tags.New(st, s.operations),
		templates.New(templates.Deps{Library: p.templates.library, Planner: p.templates, Shown: s.reader, Operations: s.operations}),
		users.New(s.directory, s.origins),
	}, nil
}

// artifactService is the artifact service as the API sees it.
type artifactService struct{ *artifact.Service }

// Accounts lists the accounts that artifacts can be fetched with.
func (a artifactService) Accounts() []artifacts.Account {
	var out []artifacts.Account
	for _, c := range a.Service.Accounts() {
		out = append(out, artifacts.Account{Name: c.Name, Types: c.Types})
	}
	return out
}

// describedTypes are the stage types as editors of pipelines need them.
func (p *process) describedTypes() (stagetypes.Deps, error) {
	checks, err := registered.New(p.stages)
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

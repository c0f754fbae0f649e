package server

import (
	"github.com/gennaker/gennaker/internal/api"
	"github.com/gennaker/gennaker/internal/api/absent"
	"github.com/gennaker/gennaker/internal/api/accounts"
	"github.com/gennaker/gennaker/internal/api/admin"
	"github.com/gennaker/gennaker/internal/api/artifacts"
	"github.com/gennaker/gennaker/internal/api/expressions"
	"github.com/gennaker/gennaker/internal/api/infra"
	"github.com/gennaker/gennaker/internal/api/installation"
	"github.com/gennaker/gennaker/internal/api/notifications"
	"github.com/gennaker/gennaker/internal/api/operation"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/api/shown"
	"github.com/gennaker/gennaker/internal/api/stagetypes"
	"github.com/gennaker/gennaker/internal/api/tags"
	"github.com/gennaker/gennaker/internal/api/users"
	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/cron"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/preconfigured"
	"github.com/gennaker/gennaker/internal/version"
)

// shared is what several areas and the API itself use.
type shared struct {
	directory accounts.Directory
	origins   *api.Origins
	streams   *rest.Streams
}

// areas are the areas of the API: a new one is a line here.
func (p *process) areas(shared shared) ([]rest.Area, error) {
	st := p.platform.store
	reader := shown.New(st)
	operations := operation.New(operation.Options{Executions: p.executions, Shown: reader, Events: p.events})
	types, err := p.describedTypes()
	if err != nil {
		return nil, err
	}
	return []rest.Area{
		absent.New(st),
		accounts.New(accounts.Deps{Directory: shared.directory, Pipelines: st, Definitions: definitions{p.accounts}, Agents: agents{p.agents}}),
		admin.New(reader, p.executions),
		artifacts.New(artifactService{p.artifacts}),
		notifications.New(st),
		expressions.New(reader, p.expressions.evaluator),
		infra.New(infra.Deps{
			Infrastructure: p.infrastructure, Objects: kubernetes.Reader{Provider: p.clouds.kubernetes}, Manifests: planning{p.clouds.kubernetes, p.artifacts}, Accounts: shared.directory, Streams: shared.streams,
		}),
		installation.New(version.Get().Version, quartz{}),
		stagetypes.New(types),
		tags.New(st, operations),
		users.New(shared.directory, shared.origins),
	}, nil
}

// quartz is package cron as the API sees it.
type quartz struct{}

// Describe puts an expression into words.
func (quartz) Describe(expression string) (string, error) { return cron.Describe(expression) }

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
	schemas, err := stage.NewValidator(p.stages)
	if err != nil {
		return stagetypes.Deps{}, err
	}
	hooks, err := preconfigured.DescribeWebhooks(p.config.Webhook.Preconfigured)
	if err != nil {
		return stagetypes.Deps{}, err
	}
	return stagetypes.Deps{Validator: validator{p.stages, schemas}, Preconfigured: stagetypes.Preconfigured{
		Webhooks: hooks, Jobs: preconfigured.DescribeJobs(p.config.Job.Preconfigured.Kubernetes), Monitors: p.config.MonitoredDeploy.Describe(),
	}}, nil
}

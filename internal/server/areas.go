package server

import (
	"github.com/gennaker/gennaker/internal/api/absent"
	"github.com/gennaker/gennaker/internal/api/admin"
	"github.com/gennaker/gennaker/internal/api/artifacts"
	"github.com/gennaker/gennaker/internal/api/installation"
	"github.com/gennaker/gennaker/internal/api/notifications"
	"github.com/gennaker/gennaker/internal/api/operation"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/api/shown"
	"github.com/gennaker/gennaker/internal/api/tags"
	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/cron"
	"github.com/gennaker/gennaker/internal/version"
)

// areas are the areas of the API: a new one is a line here.
func (p *process) areas() []rest.Area {
	st := p.platform.store
	reader := shown.New(st)
	operations := operation.New(operation.Options{Executions: p.executions, Shown: reader, Events: p.events})
	return []rest.Area{
		absent.New(st),
		admin.New(reader, p.executions),
		artifacts.New(artifactService{p.artifacts}),
		notifications.New(st),
		installation.New(version.Get().Version, quartz{}),
		tags.New(st, operations),
	}
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

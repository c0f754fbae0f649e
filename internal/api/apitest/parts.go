package apitest

import (
	"context"
	"net/http"
	"time"

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
	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/template/library"
)

// Store is what the areas read and write.
type Store interface {
	applications.Store
	pipelines.Store
	library.Store
	shown.Store
	Document(ctx context.Context, kind, id string) (*store.Document, error)
	Documents(ctx context.Context, f store.DocumentFilter) ([]*store.Document, error)
	Write(ctx context.Context, fn func(ctx context.Context, tx *store.Tx) error) error
}

// Executions is the execution service.
type Executions interface {
	executions.Service
	operation.Starter
}

// Parts are what the API is made of.
type Parts struct {
	api.Options
	Store      Store
	Executions Executions
	Events     live.Events
	// Clouds are the accounts, Accounts what else there is to know of them, Infra
	// and Running what runs in them.
	Clouds   accounts.Clouds
	Accounts accounts.Deps
	Infra    infra.Deps
	Running  applications.Clouds

	Artifacts   artifacts.Service
	Cron        installation.Cron
	Expressions *expression.Evaluator
	StageTypes  stagetypes.Deps
	// MaxStreams, Heartbeat and StreamRepair are of the live streams; Done ends
	// them.
	MaxStreams              int
	Heartbeat, StreamRepair time.Duration
	Done                    <-chan struct{}
	// TaskWait is how long a save waits for its task.
	TaskWait time.Duration
	// Messages are an outbox's.
	Messages messages.Outbox
}

// assemble makes the areas, and completes the options.
func (p *Parts) assemble() {
	reader, directory := shown.New(p.Store), accounts.NewDirectory(p.Clouds)
	origins, err := api.NewOrigins(p.Config.CORS)
	if err != nil {
		origins = nil // which api.New tells
	}
	operations := operation.New(operation.Options{Executions: p.Executions, Shown: reader, Events: p.Events, Wait: p.TaskWait})
	streams := rest.NewStreams(p.MaxStreams, p.Heartbeat, p.Done)
	hub := live.New(live.Options{Streams: streams, Events: p.Events, Repair: p.StreamRepair, Log: p.Logger})
	p.Accounts.Directory, p.Accounts.Pipelines = directory, p.Store
	p.Infra.Streams, p.Infra.Accounts = streams, directory
	p.Options.Executions, p.Pipelines, p.AllowedAccounts = reader, p.Store, directory.Allowed
	p.Areas = append(p.Areas,
		absent.New(p.Store),
		accounts.New(p.Accounts),
		admin.New(reader, p.Executions),
		applications.New(applications.Deps{Store: p.Store, Clouds: p.Running, Shown: reader, Log: p.Logger}),
		artifacts.New(p.Artifacts),
		executions.New(executions.Deps{
			Executions: p.Executions, Shown: reader, Pipelines: p.Store, Operations: operations, Live: hub, Now: p.Now,
		}),
		expressions.New(reader, p.Expressions),
		infra.New(p.Infra),
		installation.New(p.Version, p.Cron),
		messages.New(p.Messages),
		notifications.New(p.Store),
		pipelines.New(pipelines.Deps{Store: p.Store, Operations: operations, Stages: p.StageTypes.Checks}),
		stagetypes.New(p.StageTypes),
		tags.New(p.Store, operations),
		templates.New(templates.Deps{Library: library.New(p.Store), Shown: reader, Operations: operations}),
		users.New(directory, origins),
	)
}

// Handler makes the API.
func (p *Parts) Handler() (http.Handler, error) {
	p.assemble()
	return api.New(p.Options)
}

func (p *Parts) routes() []rest.Route {
	var out []rest.Route
	for _, area := range p.Areas {
		out = append(out, area.Routes...)
	}
	return out
}

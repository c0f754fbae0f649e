package apitest

import (
	"net/http"
	"time"

	"github.com/gennaker/gennaker/internal/api"
	"github.com/gennaker/gennaker/internal/api/accounts"
	"github.com/gennaker/gennaker/internal/api/applications"
	"github.com/gennaker/gennaker/internal/api/areas"
	"github.com/gennaker/gennaker/internal/api/artifacts"
	"github.com/gennaker/gennaker/internal/api/bakes"
	"github.com/gennaker/gennaker/internal/api/executions"
	"github.com/gennaker/gennaker/internal/api/infra"
	"github.com/gennaker/gennaker/internal/api/installation"
	"github.com/gennaker/gennaker/internal/api/live"
	"github.com/gennaker/gennaker/internal/api/messages"
	"github.com/gennaker/gennaker/internal/api/notifications"
	"github.com/gennaker/gennaker/internal/api/operation"
	"github.com/gennaker/gennaker/internal/api/registries"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/api/rollbacks"
	"github.com/gennaker/gennaker/internal/api/schedules"
	"github.com/gennaker/gennaker/internal/api/shown"
	"github.com/gennaker/gennaker/internal/api/sources"
	"github.com/gennaker/gennaker/internal/api/stagetypes"
	"github.com/gennaker/gennaker/internal/api/triggers"
	"github.com/gennaker/gennaker/internal/expression"
)

// Parts are what the API is made of.
type Parts struct {
	api.Options
	Store      areas.Store
	Executions areas.Executions
	Events     live.Events
	// Clouds are the accounts, Accounts what else there is to know of them, Infra
	// and Running what runs in them.
	Clouds   accounts.Clouds
	Accounts accounts.Deps
	Infra    infra.Deps
	Running  applications.Clouds

	Artifacts artifacts.Service
	Contents  interface {
		artifacts.Contents
		executions.Contents
	}
	Baker       bakes.Baker
	Cron        installation.Cron
	Schedules   schedules.Scheduler
	Inherited   schedules.Inheritance
	Acting      installation.Acting
	Expressions *expression.Evaluator
	StageTypes  stagetypes.Deps
	Rollbacks   rollbacks.Planner
	Waits       executions.Waits
	// MaxStreams, Heartbeat and StreamRepair are of the live streams; Done ends
	// them.
	MaxStreams              int
	Heartbeat, StreamRepair time.Duration
	Done                    <-chan struct{}
	// TaskWait is how long a save waits for its task.
	TaskWait time.Duration
	// Messages are an outbox's.
	Messages messages.Outbox
	// Triggers receive events.
	Triggers triggers.Log
	// Resources are asked for sources of events; nil if there are none.
	Resources sources.Resources
	// Registries are asked for images; nil if there are none.
	Registries registries.Registries
	// Searches hear of packages; nil if there are none.
	Searches registries.Searches
	// GitHooks create webhooks at Git hosts; nil if there are none.
	GitHooks areas.GitHooks
	// Notifications send notifications; nil for no channels.
	Notifications notifications.Notifier
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
	p.Options.Executions, p.Pipelines, p.AllowedAccounts = reader, p.Store, directory.Allowed
	p.Areas = append(p.Areas, areas.All(areas.Deps{
		Store: p.Store, Executions: p.Executions, Shown: reader, Operations: operations, Directory: directory, Streams: streams, Live: hub,
		Accounts: p.Accounts, Infra: p.Infra, Running: p.Running, Artifacts: p.artifacts(), Contents: p.contents(), Baker: p.Baker, Cron: p.Cron, Schedules: p.Schedules, Inherited: p.Inherited, Acting: p.Acting, Expressions: p.Expressions,
		Messages: p.Messages, Triggers: p.Triggers, GitHooks: p.GitHooks, Resources: p.Resources, Registries: p.Registries, Searches: p.Searches, Notifications: p.Notifications, Origins: origins, StageTypes: p.StageTypes, Rollbacks: p.Rollbacks, Waits: p.Waits, Version: p.Version, Now: p.Now, Log: p.Logger,
	})...)
}

func (p *Parts) artifacts() artifacts.Deps {
	d := artifacts.Deps{Artifacts: p.Artifacts, Authorizer: p.Authorizer}
	if p.Contents != nil {
		d.Contents = p.Contents
	}
	return d
}

func (p *Parts) contents() executions.Contents {
	if p.Contents == nil {
		return nil
	}
	return p.Contents
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

// Package areas is the list of all areas of the API.
package areas

import (
	"context"
	"log/slog"
	"time"

	"github.com/gennaker/gennaker/internal/api/absent"
	"github.com/gennaker/gennaker/internal/api/accounts"
	"github.com/gennaker/gennaker/internal/api/admin"
	"github.com/gennaker/gennaker/internal/api/applications"
	"github.com/gennaker/gennaker/internal/api/artifacts"
	"github.com/gennaker/gennaker/internal/api/bakery"
	"github.com/gennaker/gennaker/internal/api/bakes"
	"github.com/gennaker/gennaker/internal/api/executions"
	"github.com/gennaker/gennaker/internal/api/expressions"
	"github.com/gennaker/gennaker/internal/api/githooks"
	"github.com/gennaker/gennaker/internal/api/inbox"
	"github.com/gennaker/gennaker/internal/api/infra"
	"github.com/gennaker/gennaker/internal/api/installation"
	"github.com/gennaker/gennaker/internal/api/live"
	"github.com/gennaker/gennaker/internal/api/messages"
	"github.com/gennaker/gennaker/internal/api/notifications"
	"github.com/gennaker/gennaker/internal/api/operation"
	"github.com/gennaker/gennaker/internal/api/pipelines"
	"github.com/gennaker/gennaker/internal/api/registries"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/api/rollbacks"
	"github.com/gennaker/gennaker/internal/api/schedules"
	"github.com/gennaker/gennaker/internal/api/shown"
	"github.com/gennaker/gennaker/internal/api/sources"
	"github.com/gennaker/gennaker/internal/api/stagetypes"
	"github.com/gennaker/gennaker/internal/api/subscriptions"
	"github.com/gennaker/gennaker/internal/api/tags"
	"github.com/gennaker/gennaker/internal/api/templates"
	"github.com/gennaker/gennaker/internal/api/triggers"
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

// GitHooks creates webhooks at Git hosts, and checks what they send.
type GitHooks interface {
	githooks.Hooks
	triggers.Voucher
}

// Deps are what the areas are made with.
type Deps struct {
	Store      Store
	Executions Executions
	// Shown, Operations, Directory, Streams and Live are what several areas share.
	Shown      *shown.Reader
	Operations *operation.Runner
	Directory  accounts.Directory
	Streams    *rest.Streams
	Live       *live.Hub
	// Accounts are the accounts that can be changed, and their agents; Infra and
	// Running are what runs in the clouds. What is shared needs not be set in them.
	Accounts accounts.Deps
	Infra    infra.Deps
	Running  applications.Clouds

	Artifacts artifacts.Deps
	// Baker is nil if this process bakes nothing.
	Baker bakes.Baker
	// Images is nil if no machine images are baked.
	Images    bakery.Bakery
	Cron      installation.Cron
	Schedules schedules.Scheduler
	// Inherited is nil if pipelines inherit no triggers.
	Inherited   schedules.Inheritance
	Acting      installation.Acting
	Quiet       installation.QuietPeriod
	Expressions *expression.Evaluator
	Messages    messages.Outbox
	// Notifications is nil if nobody is notified of anything.
	Notifications notifications.Notifier
	Origins       users.Origins
	Triggers      triggers.Log
	// WebhookTemplates is nil if there are none.
	WebhookTemplates triggers.Templates
	// GitHooks is nil if there are no Git hosts.
	GitHooks GitHooks
	// Resources are asked for sources of events; nil if there are none.
	Resources sources.Resources
	// Subscriptions is nil if none can be read.
	Subscriptions subscriptions.Lister
	StageTypes    stagetypes.Deps
	// Registries is nil if no process looks at registries.
	Registries registries.Registries
	// Searches is nil if there are none.
	Searches registries.Searches
	// Contents is nil if no contents of artifacts are stored.
	Contents executions.Contents
	// Waits and Rollbacks are nil if there are no clouds.
	Waits     executions.Waits
	Rollbacks rollbacks.Planner
	// Planner plans templates; see [templates.Deps].
	Planner templates.Planner

	Version string
	Now     func() time.Time
	Log     *slog.Logger
}

// All makes the areas: a new one is a line here.
func All(d Deps) []rest.Area {
	d.Accounts.Directory, d.Accounts.Pipelines = d.Directory, d.Store
	d.Infra.Streams, d.Infra.Accounts = d.Streams, d.Directory
	waiting := inbox.Deps{Runs: d.Shown, Now: d.Now}
	if clouds, ok := d.Running.(inbox.Clouds); ok {
		waiting.Clouds = clouds
	}
	if d.Accounts.States != nil {
		waiting.States = d.Accounts.States
	}
	return []rest.Area{
		absent.New(d.Store),
		accounts.New(d.Accounts),
		admin.New(d.Shown, d.Executions),
		applications.New(applications.Deps{Store: d.Store, Clouds: d.Running, Shown: d.Shown, Log: d.Log}),
		artifacts.New(d.Artifacts),
		bakery.New(d.Images),
		bakes.New(bakes.Deps{Baker: d.Baker, Expressions: d.Expressions, Manifests: d.Infra.Manifests, Accounts: d.Directory, Contents: d.Artifacts.Contents, Shown: d.Shown}),
		executions.New(executions.Deps{
			Executions: d.Executions, Shown: d.Shown, Contents: d.Contents, Waits: d.Waits, Pipelines: d.Store, Operations: d.Operations, Live: d.Live, Now: d.Now,
		}),
		expressions.New(d.Shown, d.Expressions),
		githooks.New(d.GitHooks),
		inbox.New(waiting),
		infra.New(d.Infra),
		installation.New(d.Version, d.Cron, d.Acting, d.Quiet),
		messages.New(d.Messages),
		notifications.New(d.Store, d.Notifications),
		pipelines.New(pipelines.Deps{Store: d.Store, Operations: d.Operations, Stages: d.StageTypes.Checks}),
		registries.New(d.Registries, d.Searches, d.Store),
		rollbacks.New(d.Rollbacks, d.Directory),
		schedules.New(d.Schedules, d.Store, d.Triggers, d.Inherited),
		sources.New(d.Resources),
		stagetypes.New(d.StageTypes),
		subscriptions.New(d.Subscriptions),
		tags.New(d.Store, d.Operations),
		templates.New(templates.Deps{Library: library.New(d.Store), Planner: d.Planner, Shown: d.Shown, Operations: d.Operations}),
		triggers.New(d.Triggers, d.WebhookTemplates, d.GitHooks),
		users.New(d.Directory, d.Origins),
	}
}

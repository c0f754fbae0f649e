package api

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/events"
	"github.com/gennaker/gennaker/internal/execution"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/pipelinecheck"
	"github.com/gennaker/gennaker/internal/store"
)

// Deps are what the API is made of. Store, Executions and Events are required;
// what else is missing is answered as Gate answers for a service that is off.
type Deps struct {
	Config Config
	// Areas are the parts of the API that have packages of their own.
	Areas      []rest.Area
	Store      Store
	Executions Executions
	Events     Events
	// Streams are the live streams of the process.
	Streams *rest.Streams
	// AllowedAccounts names the accounts that somebody may use; without it, none is
	// named in what they start.
	AllowedAccounts func(ctx context.Context, user access.Principal) ([]string, error)
	Infrastructure  Infrastructure
	Validator       pipelinecheck.Stages
	Templates       Templates
	// Identify tells who a request comes from, or why it may not; without it
	// everybody is anonymous, or who X-SPINNAKER-USER says where it is trusted.
	Identify func(*http.Request) (access.Principal, error)
	// Authorizer decides who may do what; without it everybody may do everything.
	Authorizer access.Authorizer
	Metrics    Metrics
	// Version is the platform's version, for GET /version.
	Version string
	Now     func() time.Time
	Logger  *slog.Logger
}

// Store keeps what the API reads. Everything that changes it goes through
// tasks, save for what Gate writes to Front50 directly.
type Store interface {
	Application(ctx context.Context, name string) (model.Application, error)
	Applications(ctx context.Context, f store.ApplicationFilter) ([]model.Application, error)
	ApplicationsJSON(ctx context.Context, f store.ApplicationFilter) ([]string, error)
	ApplicationHistory(ctx context.Context, name string, limit int) ([]store.Revision, error)
	Pipeline(ctx context.Context, id string) (model.Pipeline, error)
	PipelineByName(ctx context.Context, kind, application, name string) (model.Pipeline, error)
	FindPipeline(ctx context.Context, kind, application, nameOrID string) (model.Pipeline, error)
	Pipelines(ctx context.Context, f store.PipelineFilter) ([]model.Pipeline, error)
	PipelinesJSON(ctx context.Context, f store.PipelineFilter) ([]string, error)
	PipelineHistory(ctx context.Context, id string, limit int) ([]store.Revision, error)
	Execution(ctx context.Context, id string) (*model.Execution, error)
	ExecutionOutline(ctx context.Context, id string) (*store.Outline, error)
	StageWithParts(ctx context.Context, executionID, stageID string) ([]*model.Stage, error)
	StageJSON(ctx context.Context, executionID, stageID string) ([]byte, error)
	Executions(ctx context.Context, f store.ExecutionFilter) ([]*model.Execution, error)
	ExecutionSizes(ctx context.Context, ids []string) (map[string]int64, error)
	ExecutionRefs(ctx context.Context, f store.ExecutionFilter) ([]store.ExecutionRef, error)
	ExecutionsJSON(ctx context.Context, f store.ExecutionFilter) ([]store.ExecutionJSON, error)
	Document(ctx context.Context, kind, id string) (*store.Document, error)
	Documents(ctx context.Context, f store.DocumentFilter) ([]*store.Document, error)
	Write(ctx context.Context, fn func(ctx context.Context, tx *store.Tx) error) error
}

// Events tells of changes of executions.
type Events interface {
	Subscribe(filter func(events.Event) bool) *events.Subscription
}

// Executions starts and steers executions. What it is told has been acted on,
// or durably taken, when a method returns, so that a read that follows sees it.
// Faults come with a kind of package fault.
type Executions interface {
	// Start starts a whole pipeline configuration with its trigger: Orca's
	// /orchestrate.
	Start(ctx context.Context, config map[string]any, who access.Principal) (*model.Execution, error)
	// StartStored starts a stored pipeline with a trigger.
	StartStored(ctx context.Context, p execution.Stored, who access.Principal) (*model.Execution, error)
	// Plan gives the pipeline that a configuration would be started as, and
	// starts nothing.
	Plan(ctx context.Context, config map[string]any, who access.Principal) (map[string]any, error)
	// StartOperation starts an ad-hoc task: {application, description, job,
	// trigger}, Orca's /ops.
	StartOperation(ctx context.Context, operation map[string]any, who access.Principal) (*model.Execution, error)
	// Fail records a pipeline that could not be made, with its errorMessage:
	// Orca's /fail.
	Fail(ctx context.Context, config map[string]any, who access.Principal) (*model.Execution, error)
	Cancel(ctx context.Context, id, reason string, force bool, who access.Principal) error
	Pause(ctx context.Context, id string, who access.Principal) error
	Resume(ctx context.Context, id string, who access.Principal) error
	UpdateStage(ctx context.Context, id, stageID string, patch map[string]any, who access.Principal) (*model.Execution, error)
	RestartStage(ctx context.Context, id, stageID string, body map[string]any, who access.Principal) (*model.Execution, error)
	Delete(ctx context.Context, id string, who access.Principal) error
}

// Metrics counts requests. Its method is called from any goroutine.
type Metrics interface {
	// Request tells of one request: its method, the pattern of the route it
	// met ("" for none), the status it was answered with, and how long it took.
	Request(method, route string, status int, took time.Duration)
}

type noMetrics struct{}

func (noMetrics) Request(string, string, int, time.Duration) {}

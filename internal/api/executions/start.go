package executions

import (
	"net/http"

	"github.com/google/uuid"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/api/schemas"
	"github.com/gennaker/gennaker/internal/execution"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

func (a *area) startRoutes() []rest.Route {
	const tag = "Starting"
	trigger, started := rest.OptionalBody(rest.Ref("Trigger")), rest.Ref("Ref")
	return []rest.Route{
		{
			Method: http.MethodPost, Path: "/pipelines/{application}/{nameOrId}", Name: "invokePipelineConfig", Needs: rest.OnApplication(access.Execute), Tag: tag,
			Summary: "Start a stored pipeline, by its name or id; the body is the trigger",
			Body:    trigger, Status: http.StatusAccepted, Result: started, Serve: a.invoke,
		},
		{
			Method: http.MethodPost, Path: "/pipelines/v2/{application}/{nameOrId}", Name: "invokePipelineConfigV2", Needs: rest.OnApplication(access.Execute), Tag: tag,
			Summary: "Start a stored pipeline with a predefined execution id; an event id can be used to find it later",
			Body:    trigger, Status: http.StatusAccepted, Result: rest.Ref("EventRef"), Serve: a.invokeV2,
		},
		{
			Method: http.MethodPost, Path: "/applications/{application}/pipelineConfigs/{nameOrId}", Name: "invokeApplicationPipelineConfig", Needs: rest.OnApplication(access.Execute), Tag: tag,
			Summary: "Start a stored pipeline", Deprecated: true,
			Body: trigger, Status: http.StatusAccepted, Result: started, Serve: a.invoke,
		},
		{
			Method: http.MethodPost, Path: "/pipelines/start", Name: "startPipeline", Needs: rest.Anyone, Tag: tag,
			Summary: "Start a pipeline from its full definition, with its trigger; with plan: true, only return it as it would start",
			Body:    rest.RequiredBody(rest.Ref("Pipeline")), Result: rest.Ref("Started"), Serve: a.orchestrate,
		},
		{
			Method: http.MethodPost, Path: "/orchestrate", Name: "orchestrate", Needs: rest.Anyone, Tag: tag,
			Summary: "Start a pipeline from its full definition, with its trigger, as Orca does",
			Body:    rest.RequiredBody(rest.Ref("Pipeline")), Result: rest.Ref("Started"), Serve: a.orchestrate,
		},
		{
			Method: http.MethodPost, Path: "/orchestrate/{pipelineConfigId}", Name: "orchestratePipelineConfig", Needs: rest.OnPipeline(access.Execute, "pipelineConfigId"), Tag: tag,
			Summary: "Start a stored pipeline by its id, as Orca does; the body is the trigger",
			Body:    trigger, Result: started, Serve: a.orchestrateStored,
		},
		{
			Method: http.MethodPost, Path: "/fail", Name: "failPipeline", Needs: rest.Anyone, Tag: tag,
			Summary: "Record a pipeline execution that couldn't be started, with its errorMessage",
			Body:    rest.RequiredBody(rest.Ref("Pipeline")), Serve: a.failPipeline,
		},
		{
			Method: http.MethodPost, Path: "/ops", Name: "ops", Needs: rest.Anyone, Tag: tag,
			Summary: "Start an ad-hoc task, as Orca does: an object with jobs, or a list of jobs",
			Body:    rest.RequiredBody(rest.Schema{"oneOf": []any{rest.Ref("Operation"), rest.ListOf(rest.Ref("Stage"))}}), Result: started, Serve: a.ops,
		},
	}
}

// orchestrate starts a pipeline from its whole configuration. Unlike Orca with
// a store, it takes one without an id: such an execution belongs to no stored
// pipeline.
func (a *area) orchestrate(r *http.Request) (any, error) {
	config, err := rest.Object(r)
	if err != nil {
		return nil, err
	}
	return a.start(r, config)
}

func (a *area) orchestrateStored(r *http.Request) (any, error) {
	trigger, err := rest.OptionalObject(r)
	if err != nil {
		return nil, err
	}
	return a.startStored(r, execution.Stored{NameOrID: r.PathValue("pipelineConfigId"), Trigger: trigger})
}

// start starts a configuration; the answer says where to look.
func (a *area) start(r *http.Request, config map[string]any) (any, error) {
	if model.Bool(config, "plan", false) {
		return a.plan(r, config)
	}
	who, err := rest.Caller(r)
	if err != nil {
		return nil, err
	}
	return started(a.executions.Start(r.Context(), config, who))
}

// startStored is start for a pipeline that is stored.
func (a *area) startStored(r *http.Request, p execution.Stored) (any, error) {
	who, err := rest.Caller(r)
	if err != nil {
		return nil, err
	}
	return started(a.executions.StartStored(r.Context(), p, who))
}

func started(e *model.Execution, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return map[string]any{"ref": "/pipelines/" + e.ID}, nil
}

// plan gives the pipeline that a configuration would be started as: Orca's
// start with plan: true.
func (a *area) plan(r *http.Request, config map[string]any) (any, error) {
	if err := schemas.CheckPipeline(config); err != nil {
		return nil, err
	}
	who, err := rest.Caller(r)
	if err != nil {
		return nil, err
	}
	return a.executions.Plan(r.Context(), config, who)
}

func (a *area) invoke(r *http.Request) (any, error) {
	stored, err := a.triggered(r)
	if err != nil {
		return nil, err
	}
	return a.startStored(r, stored)
}

// invokeV2 is Gate's start by way of Echo: the event's id and the execution's
// are made before there is either.
func (a *area) invokeV2(r *http.Request) (any, error) {
	stored, err := a.triggered(r)
	if err != nil {
		return nil, err
	}
	eventID := uuid.NewString()
	stored.ExecutionID = model.NewID(a.now())
	stored.Trigger["eventId"], stored.Trigger["executionId"] = eventID, stored.ExecutionID
	answer, err := a.startStored(r, stored)
	if err != nil {
		return nil, err
	}
	return model.Merge(answer.(map[string]any), map[string]any{"eventId": eventID}), nil
}

// triggered is the stored pipeline that a request names with the trigger that is
// its body, filled in as Gate does it.
func (a *area) triggered(r *http.Request) (execution.Stored, error) {
	trigger, err := rest.OptionalObject(r)
	if err != nil {
		return execution.Stored{}, err
	}
	if trigger["notifications"] == nil {
		trigger["notifications"] = []any{}
	}
	return execution.Stored{Application: r.PathValue("application"), NameOrID: r.PathValue("nameOrId"), Trigger: trigger}, nil
}

func (a *area) failPipeline(r *http.Request) (any, error) {
	config, err := rest.Object(r)
	if err != nil {
		return nil, err
	}
	who, err := rest.Caller(r)
	if err != nil {
		return nil, err
	}
	_, err = a.executions.Fail(r.Context(), config, who)
	return nil, err
}

// ops takes both of Orca's bodies: a list of jobs, or an object around it. Orca
// tells them apart by content type; here the body itself says which it is.
func (a *area) ops(r *http.Request) (any, error) {
	var input any
	present, err := rest.ReadBody(r, &input)
	if err != nil {
		return nil, err
	}
	var operation map[string]any
	switch value := input.(type) {
	case []any:
		operation = map[string]any{"job": value}
	case map[string]any:
		operation = value
	default:
		if !present {
			return nil, fault.New(fault.Invalid, "a body is required: a list of jobs, or an object with one")
		}
		return nil, fault.New(fault.Invalid, "the body must be a list of jobs, or an object with one")
	}
	return a.operations.Start(r, operation)
}

package executions

import (
	"context"
	"net/http"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/masking"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// controlRoutes answer 200 where Orca's own say 202: Gate, which serves the
// same paths, turns one into the other, and its clients check for 200.
func (a *area) controlRoutes() []rest.Route {
	const tag = "Executions"
	reason := rest.Text("reason", "the reason, shown with the execution")
	return []rest.Route{
		{
			Method: http.MethodPut, Path: "/pipelines/{id}/cancel", Name: "cancelPipeline", Needs: rest.OnExecution(access.Execute), Tag: tag,
			Summary: "Cancel an execution", Params: []rest.Param{reason, rest.Boolean("force", "also if it isn't running anymore")},
			Serve: func(r *http.Request) (any, error) { return nil, a.cancel(r) },
		},
		{
			Method: http.MethodPut, Path: "/applications/{application}/pipelines/{id}/cancel", Name: "cancelApplicationPipeline", Needs: rest.OnExecution(access.Execute), Tag: tag,
			Summary: "Cancel an execution; the application's name is ignored", Deprecated: true, Params: []rest.Param{reason},
			Result: rest.Schema{"type": "object"},
			// An unmodified spin calls this with a literal {application}, and
			// wants an object back.
			Serve: func(r *http.Request) (any, error) { return struct{}{}, a.cancel(r) },
		},
		{
			Method: http.MethodPut, Path: "/pipelines/{id}/pause", Name: "pausePipeline", Needs: rest.OnExecution(access.Execute), Tag: tag,
			Summary: "Pause an execution",
			Serve:   func(r *http.Request) (any, error) { return nil, a.steer(r, a.executions.Pause) },
		},
		{
			Method: http.MethodPut, Path: "/pipelines/{id}/resume", Name: "resumePipeline", Needs: rest.OnExecution(access.Execute), Tag: tag,
			Summary: "Resume a paused execution",
			Serve:   func(r *http.Request) (any, error) { return nil, a.steer(r, a.executions.Resume) },
		},
		{
			Method: http.MethodDelete, Path: "/pipelines/{id}", Name: "deletePipelineExecution", Needs: rest.OnExecution(access.Write), Tag: tag,
			Summary: "Delete an execution that has ended",
			Serve:   func(r *http.Request) (any, error) { return nil, a.deleteExecution(r, model.PipelineExecution) },
		},
		{
			Method: http.MethodPatch, Path: "/pipelines/{id}/stages/{stageId}", Name: "updateStage", Needs: rest.OnExecution(access.Execute), Tag: tag,
			Summary: "Merge fields into a running stage's context: a judgment, a skipped wait",
			Body:    rest.RequiredBody(rest.Schema{"type": "object"}), Result: rest.Ref("Execution"), Serve: a.updateStage,
		},
		{
			Method: http.MethodPut, Path: "/pipelines/{id}/stages/{stageId}/restart", Name: "restartStage", Needs: rest.OnExecution(access.Execute), Tag: tag,
			Summary: "Run a stage and all stages after it again",
			Body:    rest.OptionalBody(rest.Schema{"type": "object"}), Result: rest.Ref("Execution"), Serve: a.restartStage,
		},
	}
}

func (a *area) cancel(r *http.Request) error {
	q := rest.QueryOf(r)
	force := q.Boolean("force", false)
	if err := q.Err(); err != nil {
		return err
	}
	who, err := rest.Caller(r)
	if err != nil {
		return err
	}
	return a.executions.Cancel(r.Context(), r.PathValue("id"), q.Text("reason"), force, who)
}

// deleteExecution deletes an execution that has ended; one that runs must be
// cancelled first, as in Orca.
func (a *area) deleteExecution(r *http.Request, kind model.ExecutionType) error {
	e, err := a.shown.Find(r.Context(), r.PathValue("id"), kind)
	if err != nil {
		return err
	}
	if !e.Status.Complete() {
		return fault.New(fault.Conflict, "Cannot delete a running %s, please cancel it first.", kind)
	}
	return a.steer(r, a.executions.Delete)
}

func (a *area) updateStage(r *http.Request) (any, error) {
	patch, err := rest.Object(r)
	if err != nil {
		return nil, err
	}
	who, err := rest.Caller(r)
	if err != nil {
		return nil, err
	}
	if expression.In(patch) {
		if err := a.mayEvaluate(r.Context(), r.PathValue("id")); err != nil {
			return nil, err
		}
	}
	return masked(a.executions.UpdateStage(r.Context(), r.PathValue("id"), r.PathValue("stageId"), patch, who))
}

// mayEvaluate refuses expressions that a client sends to an execution that holds
// Secrets: they are evaluated with what is hidden from the client, and show it.
func (a *area) mayEvaluate(ctx context.Context, id string) error {
	e, err := a.shown.Execution(ctx, id)
	if err != nil {
		return err
	}
	hidden := masking.HidesSome(e)
	if !hidden && a.contents != nil {
		if hidden, err = a.contents.HoldSecrets(ctx, id); err != nil {
			return err
		}
	}
	if hidden {
		return fault.New(fault.Forbidden, "This execution contains Secrets, so a change to a stage can't contain expressions: they could reveal the Secrets. Send the value instead of ${...}.")
	}
	return nil
}

// restartStage gives the execution the pipeline as it is stored now, whatever
// the client sent, as Gate does.
func (a *area) restartStage(r *http.Request) (any, error) {
	body, err := rest.OptionalObject(r)
	if err != nil {
		return nil, err
	}
	e, err := a.shown.Find(r.Context(), r.PathValue("id"), model.PipelineExecution)
	if err != nil {
		return nil, err
	}
	config, err := catalog.ByName(r.Context(), a.pipelines, store.PipelineKind, e.Application, e.Name)
	if err != nil {
		return nil, err
	}
	if config != nil {
		body = config
	}
	who, err := rest.Caller(r)
	if err != nil {
		return nil, err
	}
	return masked(a.executions.RestartStage(r.Context(), e.ID, r.PathValue("stageId"), body, who))
}

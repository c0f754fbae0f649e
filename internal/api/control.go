package api

import (
	"context"
	"net/http"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/masking"
	"github.com/gennaker/gennaker/internal/model"
)

// controlRoutes answer 200 where Orca's own say 202: Gate, which serves the
// same paths, turns one into the other, and its clients check for 200.
func (s *server) controlRoutes() []rest.Route {
	const tag = "Executions"
	reason := rest.Text("reason", "why, for those who look at the execution later")
	return []rest.Route{
		{
			Method: http.MethodPut, Path: "/pipelines/{id}/cancel", Name: "cancelPipeline", Needs: rest.OnExecution(access.Execute), Tag: tag,
			Summary: "Cancel an execution", Params: []rest.Param{reason, rest.Boolean("force", "also when it no longer moves")},
			Serve: func(r *http.Request) (any, error) { return nil, s.cancel(r) },
		},
		{
			Method: http.MethodPut, Path: "/applications/{application}/pipelines/{id}/cancel", Name: "cancelApplicationPipeline", Needs: rest.OnExecution(access.Execute), Tag: tag,
			Summary: "Cancel an execution; the application's name is not looked at", Deprecated: true, Params: []rest.Param{reason},
			Result: rest.Schema{"type": "object"},
			// An unmodified spin calls this with a literal {application}, and
			// wants an object back.
			Serve: func(r *http.Request) (any, error) { return struct{}{}, s.cancel(r) },
		},
		{
			Method: http.MethodPut, Path: "/pipelines/{id}/pause", Name: "pausePipeline", Needs: rest.OnExecution(access.Execute), Tag: tag,
			Summary: "Pause an execution",
			Serve:   func(r *http.Request) (any, error) { return nil, s.steer(r, s.executions.Pause) },
		},
		{
			Method: http.MethodPut, Path: "/pipelines/{id}/resume", Name: "resumePipeline", Needs: rest.OnExecution(access.Execute), Tag: tag,
			Summary: "Let a paused execution go on",
			Serve:   func(r *http.Request) (any, error) { return nil, s.steer(r, s.executions.Resume) },
		},
		{
			Method: http.MethodDelete, Path: "/pipelines/{id}", Name: "deletePipelineExecution", Needs: rest.OnExecution(access.Write), Tag: tag,
			Summary: "Delete an execution that has ended",
			Serve:   func(r *http.Request) (any, error) { return nil, s.deleteExecution(r, model.PipelineExecution) },
		},
		{
			Method: http.MethodPatch, Path: "/pipelines/{id}/stages/{stageId}", Name: "updateStage", Needs: rest.OnExecution(access.Execute), Tag: tag,
			Summary: "Merge fields into a running stage's context: a judgment, a skipped wait",
			Body:    rest.RequiredBody(rest.Schema{"type": "object"}), Result: rest.Ref("Execution"), Serve: s.updateStage,
		},
		{
			Method: http.MethodPut, Path: "/pipelines/{id}/stages/{stageId}/restart", Name: "restartStage", Needs: rest.OnExecution(access.Execute), Tag: tag,
			Summary: "Run a stage and all after it again",
			Body:    rest.OptionalBody(rest.Schema{"type": "object"}), Result: rest.Ref("Execution"), Serve: s.restartStage,
		},
	}
}

func (s *server) cancel(r *http.Request) error {
	q := rest.QueryOf(r)
	force := q.Boolean("force", false)
	if err := q.Err(); err != nil {
		return err
	}
	who, err := rest.Caller(r)
	if err != nil {
		return err
	}
	return s.executions.Cancel(r.Context(), r.PathValue("id"), q.Text("reason"), force, who)
}

// deleteExecution deletes an execution that has ended; one that runs must be
// cancelled first, as in Orca.
func (s *server) deleteExecution(r *http.Request, kind model.ExecutionType) error {
	e, err := s.execution(r.Context(), r.PathValue("id"), kind)
	if err != nil {
		return err
	}
	if !e.Status.Complete() {
		return fault.New(fault.Conflict, "Cannot delete a running %s, please cancel it first.", kind)
	}
	return s.steer(r, s.executions.Delete)
}

func (s *server) updateStage(r *http.Request) (any, error) {
	patch, err := rest.Object(r)
	if err != nil {
		return nil, err
	}
	who, err := rest.Caller(r)
	if err != nil {
		return nil, err
	}
	if expression.In(patch) {
		if err := s.mayEvaluate(r.Context(), r.PathValue("id")); err != nil {
			return nil, err
		}
	}
	return s.executions.UpdateStage(r.Context(), r.PathValue("id"), r.PathValue("stageId"), patch, who)
}

// mayEvaluate refuses expressions that a client sends to an execution that holds
// Secrets: they are evaluated with what is hidden from the client, and show it.
func (s *server) mayEvaluate(ctx context.Context, id string) error {
	e, err := s.store.Execution(ctx, id)
	if err != nil {
		return err
	}
	if masking.HidesSome(e) {
		return fault.New(fault.Forbidden, "This execution holds Secrets, so that a change of a stage can't contain expressions: they could show what the Secrets hold. Send the value instead of ${...}.")
	}
	return nil
}

// restartStage gives the execution the pipeline as it is stored now, whatever
// the client sent, as Gate does.
func (s *server) restartStage(r *http.Request) (any, error) {
	body, err := rest.OptionalObject(r)
	if err != nil {
		return nil, err
	}
	e, err := s.execution(r.Context(), r.PathValue("id"), model.PipelineExecution)
	if err != nil {
		return nil, err
	}
	config, err := s.configByName(r, pipelines, e.Application, e.Name)
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
	return s.executions.RestartStage(r.Context(), e.ID, r.PathValue("stageId"), body, who)
}

package api

import (
	"context"
	"net/http"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/masking"
	"github.com/gennaker/gennaker/internal/model"
)

// controlRoutes answer 200 where Orca's own say 202: Gate, which serves the
// same paths, turns one into the other, and its clients check for 200.
func (s *server) controlRoutes() []route {
	const tag = "Executions"
	reason := text("reason", "why, for those who look at the execution later")
	return []route{
		{
			method: http.MethodPut, path: "/pipelines/{id}/cancel", name: "cancelPipeline", needs: onExecution(access.Execute), tag: tag,
			summary: "Cancel an execution", params: []param{reason, boolean("force", "also when it no longer moves")},
			serve: func(r *http.Request) (any, error) { return nil, s.cancel(r) },
		},
		{
			method: http.MethodPut, path: "/applications/{application}/pipelines/{id}/cancel", name: "cancelApplicationPipeline", needs: onExecution(access.Execute), tag: tag,
			summary: "Cancel an execution; the application's name is not looked at", deprecated: true, params: []param{reason},
			result: schema{"type": "object"},
			// An unmodified spin calls this with a literal {application}, and
			// wants an object back.
			serve: func(r *http.Request) (any, error) { return struct{}{}, s.cancel(r) },
		},
		{
			method: http.MethodPut, path: "/pipelines/{id}/pause", name: "pausePipeline", needs: onExecution(access.Execute), tag: tag,
			summary: "Pause an execution",
			serve:   func(r *http.Request) (any, error) { return nil, s.steer(r, s.executions.Pause) },
		},
		{
			method: http.MethodPut, path: "/pipelines/{id}/resume", name: "resumePipeline", needs: onExecution(access.Execute), tag: tag,
			summary: "Let a paused execution go on",
			serve:   func(r *http.Request) (any, error) { return nil, s.steer(r, s.executions.Resume) },
		},
		{
			method: http.MethodDelete, path: "/pipelines/{id}", name: "deletePipelineExecution", needs: onExecution(access.Write), tag: tag,
			summary: "Delete an execution that has ended",
			serve:   func(r *http.Request) (any, error) { return nil, s.deleteExecution(r, model.PipelineExecution) },
		},
		{
			method: http.MethodPatch, path: "/pipelines/{id}/stages/{stageId}", name: "updateStage", needs: onExecution(access.Execute), tag: tag,
			summary: "Merge fields into a running stage's context: a judgment, a skipped wait",
			body:    needs(schema{"type": "object"}), result: ref("Execution"), serve: s.updateStage,
		},
		{
			method: http.MethodPut, path: "/pipelines/{id}/stages/{stageId}/restart", name: "restartStage", needs: onExecution(access.Execute), tag: tag,
			summary: "Run a stage and all after it again",
			body:    allows(schema{"type": "object"}), result: ref("Execution"), serve: s.restartStage,
		},
	}
}

func (s *server) cancel(r *http.Request) error {
	q := queryOf(r)
	force := q.boolean("force", false)
	if err := q.err(); err != nil {
		return err
	}
	who, err := s.caller(r)
	if err != nil {
		return err
	}
	return s.executions.Cancel(r.Context(), r.PathValue("id"), q.text("reason"), force, who)
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
	patch, err := s.object(r)
	if err != nil {
		return nil, err
	}
	who, err := s.caller(r)
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
	body, err := s.optionalObject(r)
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
	who, err := s.caller(r)
	if err != nil {
		return nil, err
	}
	return s.executions.RestartStage(r.Context(), e.ID, r.PathValue("stageId"), body, who)
}

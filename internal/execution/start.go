package execution

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// Start starts a pipeline from its whole configuration, trigger included, as
// Orca's POST /orchestrate. A configuration that can't be run is refused with
// a fault of kind Invalid. One that fails on start (a disabled pipeline, an
// artifact that nothing matches) is stored as TERMINAL and refused likewise.
//
// A trigger with the correlation id of an earlier execution starts nothing and
// returns that one.
func (s *Service) Start(ctx context.Context, config map[string]any, who access.Principal) (*model.Execution, error) {
	config, asked, failure := s.prepare(ctx, config, who)
	if failure == nil {
		// Only now are all stages there, of a pipeline made from a template too.
		if err := check(config); err != nil {
			return nil, err
		}
	}
	e := engine.NewPipeline(config, who, s.now())
	if failure != nil {
		if err := s.insertFailed(ctx, e, failure); err != nil {
			return nil, err
		}
		return e, failure
	}
	return s.insert(ctx, e, deferred(e, asked))
}

// StartOperation starts an ad-hoc task: {application, description, job[],
// trigger}, as Orca's POST /ops.
func (s *Service) StartOperation(ctx context.Context, operation map[string]any, who access.Principal) (*model.Execution, error) {
	config := model.Merge(operation, map[string]any{"stages": model.List(operation, "job")})
	if len(model.List(config, "stages")) == 0 {
		return nil, fault.New(fault.Invalid, "job is missing: a task needs a list of at least one job, each with a type")
	}
	if err := check(config); err != nil {
		return nil, err
	}
	config, asked, failure := s.prepare(ctx, config, who)
	if failure != nil {
		return nil, failure
	}
	e := engine.NewOrchestration(config, who, s.now())
	return s.insert(ctx, e, deferred(e, asked))
}

// Fail stores a pipeline that could not even be put together as a failed
// execution, with the configuration's errorMessage: Orca's POST /fail.
func (s *Service) Fail(ctx context.Context, config map[string]any, who access.Principal) (*model.Execution, error) {
	message := model.String(config, "errorMessage")
	config, _, _ = s.prepare(ctx, model.Without(config, "errorMessage"), who)
	e := engine.NewPipeline(config, who, s.now())
	return e, s.insertFailed(ctx, e, errors.New(message))
}

// check refuses what can never run. Nothing is stored of it.
func check(config map[string]any) error {
	if value, ok := config["stages"]; ok && value != nil {
		if _, isList := value.([]any); !isList {
			return fault.New(fault.Invalid, "stages must be a list of stages")
		}
	}
	problems := engine.ValidateGraph(model.List(config, "stages"))
	if len(problems) == 0 {
		return nil
	}
	message := problems[0]
	if more := len(problems) - 1; more > 0 {
		message = fmt.Sprintf("%s (and %d more)", message, more)
	}
	return fault.New(fault.Invalid, "%s", message).With(problems...)
}

// prepare fills the trigger in, makes a whole pipeline of one made from a
// template, and evaluates it; its error is why the pipeline can't be started.
// The configuration is always usable. What its expressions ask of other servers
// is left for the execution to find out.
func (s *Service) prepare(ctx context.Context, config map[string]any, who access.Principal) (map[string]any, []expression.Asked, error) {
	prior := func(id string) []map[string]any { return s.priorArtifacts(ctx, id) }
	prepared, err := engine.PrepareTrigger(config, who, prior)
	if err != nil {
		return prepared, nil, err
	}
	if s.templates != nil && s.templates.Templated(prepared) {
		if prepared, err = s.templates.Expand(ctx, prepared); err != nil {
			return config, nil, err
		}
		// The template may have parameters and expected artifacts of its own.
		if prepared, err = engine.PrepareTrigger(model.Without(prepared, "receivedArtifacts"), who, prior); err != nil {
			return prepared, nil, err
		}
	}
	if model.Bool(prepared, "disabled", false) {
		return prepared, nil, fault.New(fault.Invalid, "Pipeline is disabled and cannot be started.")
	}
	evaluated, asked := s.evaluate(prepared)
	return evaluated, asked, nil
}

// insert stores an execution with the job that will advance it.
func (s *Service) insert(ctx context.Context, e *model.Execution, first *Deferred) (*model.Execution, error) {
	err := s.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.InsertExecution(ctx, e); err != nil {
			return err
		}
		if err := saveDeferred(ctx, tx, e, first); err != nil {
			return err
		}
		if err := s.enqueue(ctx, tx, e.ID, time.Time{}); err != nil {
			return err
		}
		return s.events.Publish(ctx, tx, Event(e))
	})
	if duplicate, ok := errors.AsType[*store.DuplicateError](err); ok {
		return s.Get(ctx, duplicate.ExecutionID)
	}
	if err != nil {
		return nil, fmt.Errorf("store execution %s: %w", e.ID, err)
	}
	return e, nil
}

// insertFailed stores an execution that did not start.
func (s *Service) insertFailed(ctx context.Context, e *model.Execution, reason error) error {
	engine.FailStart(e, reason.Error())
	err := s.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.InsertExecution(ctx, e); err != nil {
			return err
		}
		return s.events.Publish(ctx, tx, Event(e))
	})
	var duplicate *store.DuplicateError
	if err != nil && !errors.As(err, &duplicate) {
		return fmt.Errorf("store failed execution %s: %w", e.ID, err)
	}
	return nil
}

// priorArtifacts are the artifacts of the newest execution of a pipeline.
func (s *Service) priorArtifacts(ctx context.Context, configID string) []map[string]any {
	if configID == "" {
		return nil
	}
	found, err := s.store.Executions(ctx, store.ExecutionFilter{
		Type: model.PipelineExecution, ConfigIDs: []string{configID}, Limit: 1,
	})
	if err != nil {
		s.log.WarnContext(ctx, "can't load the prior execution for its artifacts", "pipelineConfigId", configID, "error", err)
		return nil
	}
	if len(found) == 0 {
		return nil
	}
	out := model.Objects(found[0].Trigger, "artifacts")
	for _, stage := range found[0].Stages {
		out = append(out, model.Objects(stage.Outputs, "artifacts")...)
	}
	return out
}

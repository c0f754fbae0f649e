package execution

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/label"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// Stored says which stored pipeline to start, and with what.
type Stored struct {
	// Application is whose pipeline it is; "" if NameOrID is an id.
	Application string
	NameOrID    string
	// Trigger is what starts it. Its type, user and parameters are filled in.
	Trigger map[string]any
	// ExecutionID is the id that the execution will have; "" makes one.
	ExecutionID string
}

// StartStored starts a stored pipeline: it loads it, and goes through [Service.Start],
// as [Service.StartChild] does for stages that run pipelines. A pipeline that isn't there is a fault of
// kind NotFound; for the others see [Service.Start].
func (s *Service) StartStored(ctx context.Context, p Stored, who access.Principal) (*model.Execution, error) {
	config, err := s.stored(ctx, p)
	if err != nil {
		return nil, err
	}
	more := map[string]any{"trigger": p.Trigger}
	// Who starts it by hand may be told of it too, as Echo's ManualEventHandler
	// has it.
	if told := model.List(p.Trigger, "notifications"); len(told) > 0 {
		more["notifications"] = slices.Concat(model.List(config, "notifications"), told)
	}
	if p.ExecutionID != "" {
		more["executionId"] = p.ExecutionID
	}
	return s.Start(ctx, model.Merge(config, more), who)
}

func (s *Service) stored(ctx context.Context, p Stored) (model.Pipeline, error) {
	if p.Application == "" {
		return s.store.Pipeline(ctx, p.NameOrID)
	}
	config, err := s.store.FindPipeline(ctx, store.PipelineKind, p.Application, p.NameOrID)
	if errors.Is(err, store.ErrNotFound) {
		return nil, fault.New(fault.NotFound, "Pipeline config (id: %s) not found for Application (id: %s)", p.NameOrID, p.Application)
	}
	return config, err
}

// Start starts a pipeline from its whole configuration, trigger included, as
// Orca's POST /orchestrate. Every start comes through here. A configuration that can't be run is refused with
// a fault of kind Invalid. One that fails on start (a disabled pipeline, an
// artifact that nothing matches) is stored as TERMINAL and refused likewise: Deck
// doesn't show the answer to a start, but the execution.
//
// A trigger with the correlation id of an earlier execution starts nothing and
// returns that one.
func (s *Service) Start(ctx context.Context, config map[string]any, who access.Principal) (*model.Execution, error) {
	p, err := s.Prepare(ctx, config, who)
	if err != nil {
		return nil, err
	}
	e, err := s.keep(ctx, p)
	if err != nil {
		return nil, err
	}
	return e, p.Failure
}

// keep stores an execution that is ready, and gives it, or the one that has the same
// correlation id.
func (s *Service) keep(ctx context.Context, p *Prepared) (*model.Execution, error) {
	err := s.store.Write(ctx, p.Store)
	duplicate, ok := errors.AsType[*store.DuplicateError](err)
	switch {
	case ok && p.Failure == nil:
		return s.Get(ctx, duplicate.ExecutionID)
	case err != nil && !ok:
		return nil, fmt.Errorf("store execution %s: %w", p.Execution.ID, err)
	}
	return p.Execution, nil
}

// Prepared is an execution that is ready to be stored.
type Prepared struct {
	Execution *model.Execution
	// Failure is why it can't run; it is stored as TERMINAL then.
	Failure error

	service *Service
	words   string
	first   *Deferred
}

// Prepare does all of [Service.Start] but store the execution, for those who store it
// together with something else. Its error is a fault of kind Invalid that says why there
// can't be an execution at all.
func (s *Service) Prepare(ctx context.Context, config map[string]any, who access.Principal) (*Prepared, error) {
	if err := cmp.Or(checkNames(config), checkTrigger(config)); err != nil {
		return nil, err
	}
	templated := s.templated(config)
	if !templated {
		if err := CheckGraph(config, "stages"); err != nil {
			return nil, err
		}
	}
	config, asked, failure := s.prepare(ctx, config, who)
	if failure == nil && templated {
		// Only now are its stages there.
		if err := CheckGraph(config, "stages"); err != nil {
			return nil, err
		}
	}
	if failure == nil {
		failure = s.checkTypes(model.List(config, "stages"))
		if failure != nil && model.String(config, "id") == "" {
			return nil, failure // it belongs to no pipeline where one would look for it
		}
	}
	return s.prepared(engine.NewPipeline(config, who, s.now()), asked, failure), nil
}

// prepared finds what an execution is searched by before the transaction, which others
// wait for.
func (s *Service) prepared(e *model.Execution, asked []expression.Asked, failure error) *Prepared {
	p := &Prepared{Execution: e, Failure: failure, service: s}
	if failure != nil {
		engine.FailStart(e, failure.Error())
	} else {
		p.first = deferred(e, asked)
	}
	if e.Type == model.PipelineExecution {
		p.words = label.Words(e)
	}
	return p
}

// Store stores it in the caller's transaction, with the job that will advance it; it may
// be called again if the transaction is run again. A [*store.DuplicateError] names the
// execution that has the same correlation id; nothing was stored then.
func (p *Prepared) Store(ctx context.Context, tx *store.Tx) error {
	if err := insertLabelled(ctx, tx, p.Execution, p.words); err != nil {
		return err
	}
	if p.Failure == nil {
		if err := saveDeferred(ctx, tx, p.Execution, p.first); err != nil {
			return err
		}
		if err := p.service.enqueue(ctx, tx, p.Execution.ID, time.Time{}); err != nil {
			return err
		}
	}
	return p.service.events.Publish(ctx, tx, Event(p.Execution))
}

// StartOperation starts an ad-hoc task: {application, description, job[],
// trigger}, as Orca's POST /ops.
func (s *Service) StartOperation(ctx context.Context, operation map[string]any, who access.Principal) (*model.Execution, error) {
	if err := cmp.Or(checkNames(operation), checkTrigger(operation)); err != nil {
		return nil, err
	}
	jobs := model.List(operation, "job")
	if len(jobs) == 0 {
		return nil, fault.New(fault.Invalid, "job is missing: a task needs a list of at least one job, each with a type")
	}
	if err := CheckGraph(operation, "job"); err != nil {
		return nil, err
	}
	if err := s.checkTypes(jobs); err != nil {
		return nil, err
	}
	config, asked, failure := s.prepare(ctx, model.Merge(operation, map[string]any{"stages": jobs}), who)
	if failure != nil {
		return nil, failure
	}
	p := s.prepared(engine.NewOrchestration(config, who, s.now()), asked, nil)
	return s.keep(ctx, p)
}

// Fail stores a pipeline that could not even be put together as a failed
// execution, with the configuration's errorMessage: Orca's POST /fail.
func (s *Service) Fail(ctx context.Context, config map[string]any, who access.Principal) (*model.Execution, error) {
	message := model.String(config, "errorMessage")
	config, _, _ = s.prepare(ctx, model.Without(config, "errorMessage"), who)
	p := s.prepared(engine.NewPipeline(config, who, s.now()), nil, errors.New(message))
	_, err := s.keep(ctx, p)
	return p.Execution, err
}

// prepare fills the trigger in, makes a whole pipeline of one made from a
// template, and evaluates it; its error is why the pipeline can't be started.
// The configuration is always usable. What its expressions ask of other servers
// is left for the execution to find out.
func (s *Service) prepare(ctx context.Context, config map[string]any, who access.Principal) (map[string]any, []expression.Asked, error) {
	config = s.withParent(ctx, config)
	prior := func(id string) []map[string]any { return s.priorArtifacts(ctx, id) }
	prepared, err := engine.PrepareTrigger(config, who, prior)
	if err != nil {
		return prepared, nil, err
	}
	if s.templated(prepared) {
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
	return s.evaluated(ctx, prepared)
}

// evaluated is a configuration with its expressions evaluated, and then with the large
// contents of its artifacts stored elsewhere.
func (s *Service) evaluated(ctx context.Context, config map[string]any) (map[string]any, []expression.Asked, error) {
	if s.contents == nil {
		evaluated, asked := s.evaluate(config)
		return evaluated, asked, nil
	}
	application := model.String(config, "application")
	mine, err := s.contents.TakeOver(ctx, application, config)
	if err != nil {
		s.log.WarnContext(ctx, "the contents of another application's artifacts can't be taken over", "application", application, "error", err)
		mine = config
	}
	evaluated, asked := s.evaluate(mine)
	kept, err := s.contents.Keep(ctx, application, evaluated)
	switch {
	case fault.KindOf(err) == fault.TooLarge:
		return evaluated, nil, err
	case err != nil:
		s.log.WarnContext(ctx, "the contents of artifacts stay in the execution, as they can't be stored", "application", application, "error", err)
		return evaluated, asked, nil
	}
	return kept, asked, nil
}

// templated reports whether a pipeline's stages are those of a template.
func (s *Service) templated(config map[string]any) bool {
	return s.templates != nil && s.templates.Templated(config)
}

// insertLabelled stores an execution; a pipeline's is given its number, and what lists
// and searches know it by.
func insertLabelled(ctx context.Context, tx *store.Tx, e *model.Execution, words string) error {
	if err := tx.InsertExecution(ctx, e); err != nil || e.Type != model.PipelineExecution {
		return err
	}
	return tx.LabelExecution(ctx, e, words)
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

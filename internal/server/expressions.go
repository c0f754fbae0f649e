package server

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/execution"
	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/fetch"
	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/masking"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/preconditions"
	"github.com/gennaker/gennaker/internal/store"
)

// evaluation evaluates ${...} for the engine and the preconditions.
type evaluation struct{ evaluator *expression.Evaluator }

// evaluateTimeout bounds evaluating one document: most take microseconds, but
// functions such as #jsonFromUrl ask others.
const evaluateTimeout = 30 * time.Second

func (p *process) newExpressions(guard *httpguard.Guard) evaluation {
	stored := outside{p.platform.store}
	return evaluation{expression.New(expression.Options{Outside: expression.Outside{
		URLs: fetch.New(guard), Pipelines: stored, Applications: stored, Executions: stored,
	}})}
}

// Pipeline evaluates a configuration when it is started, as Orca's
// OperationsController does: what can't be evaluated yet stays for the stages.
func (e evaluation) Pipeline(config map[string]any, known expression.Answers) (map[string]any, []expression.Asked) {
	if !expression.In(config) {
		return config, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), evaluateTimeout)
	defer cancel()
	variables := model.Object(config, "templateVariables")
	if variables == nil {
		variables = map[string]any{}
	}
	scope := expression.StartScope(map[string]any{
		"trigger": model.Object(config, "trigger"), "templateVariables": variables,
	})
	out, summary := e.knowing(known).EvaluatePipeline(ctx, config, scope)
	return out, summary.Unanswered()
}

// Context evaluates a stage's context.
func (e evaluation) Context(v engine.View, known expression.Answers) (map[string]any, []expression.Asked) {
	if !expression.In(v.Stage.Context) && v.Stage.Context[expression.SummaryKey] == nil {
		return v.Stage.Context, nil
	}
	ctx, cancel := evaluating(context.Background(), v, known)
	defer cancel()
	out, summary := e.knowing(known).EvaluateStage(ctx, v.Execution, v.Stage, v.Execution.User())
	return out, summary.Unanswered()
}

// evaluating is the context in which a stage's expressions are evaluated. Without
// known answers the outside is asked, which must end; otherwise the evaluator's
// own limit is enough, and waiting for room doesn't count.
func evaluating(ctx context.Context, v engine.View, known expression.Answers) (context.Context, context.CancelFunc) {
	if v.Room != nil {
		ctx = expression.WithRoom(ctx, v.Room)
	}
	if known != nil {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, evaluateTimeout)
}

// knowing is the evaluator that takes its answers from what is known.
func (e evaluation) knowing(known expression.Answers) *expression.Evaluator {
	if known == nil {
		return e.evaluator
	}
	return e.evaluator.Knowing(known)
}

// local is an evaluator that asks the database alone: what needs other servers
// stays as it is, for the execution to find out.
func (e evaluation) local() *expression.Evaluator {
	if e.evaluator == nil {
		return nil
	}
	return e.evaluator.Knowing(execution.Lookups{Asker: e})
}

// Ask asks the outside.
func (e evaluation) Ask(ctx context.Context, q expression.Question) expression.Answer {
	return e.evaluator.Ask(ctx, q)
}

// Manifest evaluates a manifest that a stage has fetched, as the stage sees it.
// The failures are a summary, as a stage's context has it; none where all went
// well.
func (e evaluation) Manifest(ctx context.Context, v engine.View, manifest map[string]any) (evaluated, failures map[string]any) {
	if !expression.In(manifest) {
		return manifest, nil
	}
	ctx, cancel := evaluating(ctx, v, nil)
	defer cancel()
	out, summary := e.evaluator.Evaluate(ctx, manifest, expression.StageScope(v.Execution, v.Stage, v.Execution.User()))
	if summary.Failures() > 0 {
		failures = summary.Object()
	}
	return out, failures
}

// Condition evaluates the expression of a stageEnabled.
func (e evaluation) Condition(v engine.View, text string, known expression.Answers) (bool, error) {
	ctx, cancel := evaluating(context.Background(), v, known)
	defer cancel()
	return e.knowing(known).Condition(ctx, text, expression.StageScope(v.Execution, v.Stage, v.Execution.User()))
}

// forPreconditions decides the expressions of preconditions.
type forPreconditions struct{ evaluation }

// Asks tells whether the expression of a precondition needs an answer from
// outside.
func (e forPreconditions) Asks(v engine.View, text string) bool {
	ctx, cancel := evaluating(context.Background(), v, nothingKnown{})
	defer cancel()
	_, summary := e.evaluator.Knowing(nothingKnown{}).Bare(ctx, text, expression.StageScope(v.Execution, v.Stage, v.Execution.User()))
	return len(summary.Unanswered()) > 0
}

// nothingKnown has no answer to any question.
type nothingKnown struct{}

func (nothingKnown) Answer(expression.Question, string) (expression.Answer, bool) {
	return expression.Answer{}, false
}

// Evaluate decides the expression of a precondition.
func (e forPreconditions) Evaluate(ctx context.Context, v engine.View, text string) (preconditions.Evaluation, error) {
	ctx, cancel := evaluating(ctx, v, nil)
	defer cancel()
	value, summary := e.evaluator.Bare(ctx, text, expression.StageScope(v.Execution, v.Stage, v.Execution.User()))
	out := preconditions.Evaluation{Value: value}
	if summary.Failures() > 0 {
		out.Summary = summary.Object()
	}
	return out, nil
}

// outside is what functions in expressions ask of the store.
type outside struct{ store *store.Store }

// PipelineID implements expression.PipelineLookup.
func (o outside) PipelineID(ctx context.Context, application, name string) (string, bool, error) {
	p, err := o.store.PipelineByName(ctx, store.PipelineKind, application, name)
	if errors.Is(err, store.ErrNotFound) {
		return "", false, nil
	}
	return p.ID(), err == nil && p.Name() == name, err
}

// Application implements expression.ApplicationLookup.
func (o outside) Application(ctx context.Context, name string) (map[string]any, error) {
	app, err := o.store.Application(ctx, name)
	if errors.Is(err, store.ErrNotFound) {
		return nil, &expression.Failure{Class: expression.ExceptionHTTP, Message: err.Error(), At: -1}
	}
	return app, err
}

// maxParent is how many bytes the documents of an execution may have that the
// expressions of its children read: they are in memory together with the child.
const maxParent = 16 << 20

// Execution implements expression.ExecutionLookup. Expressions of a child pipeline
// see no Secrets of its parents.
func (o outside) Execution(ctx context.Context, id string) (map[string]any, bool, error) {
	loaded, err := o.store.LoadForAdvanceWithin(ctx, id, maxParent)
	if errors.Is(err, store.ErrNotFound) {
		return nil, false, nil
	}
	if large, ok := errors.AsType[*store.LargeError](err); ok {
		return nil, false, &expression.Failure{
			Class: "java.lang.IllegalStateException", At: -1,
			Message: fmt.Sprintf("it has %d bytes, and %d is the limit for what the expressions of its child pipelines can read", large.Bytes, maxParent),
		}
	}
	if err != nil {
		return nil, false, err
	}
	text, err := model.Marshal(masking.Execution(loaded.Execution))
	if err != nil {
		return nil, false, fmt.Errorf("write execution %s: %w", id, err)
	}
	var object map[string]any
	if err := model.Unmarshal(text, &object); err != nil {
		return nil, false, fmt.Errorf("read execution %s: %w", id, err)
	}
	return object, true, nil
}

// Package evaluation evaluates ${...} for the engine, for stages, and for what starts
// executions: it gives package expression its scopes, its limits of time, and what
// functions ask of the store and of other servers.
package evaluation

import (
	"context"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/execution"
	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/fetch"
	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// Evaluator evaluates what stages and pipelines contain. Its zero value is for where
// nothing is evaluated.
type Evaluator struct {
	evaluator *expression.Evaluator
	// shown is for expressions whose results are shown to whoever asks.
	shown *expression.Evaluator
}

// evaluateTimeout bounds evaluating one document: most take microseconds, but
// functions such as #jsonFromUrl ask others.
const evaluateTimeout = 30 * time.Second

// Options are what an Evaluator is made of.
type Options struct {
	Store *store.Store
	// Guard decides which servers functions may ask.
	Guard *httpguard.Guard
	// Contents are the stored contents of artifacts, and Shown the same with what Secrets
	// hold hidden; nil if there are none.
	Contents, Shown expression.ArtifactStore
}

// New returns an Evaluator, whose functions ask the store, and the servers that the
// guard allows.
func New(o Options) Evaluator {
	stored := outside{o.Store}
	with := func(contents expression.ArtifactStore) *expression.Evaluator {
		out := expression.Outside{URLs: fetch.New(o.Guard), Pipelines: stored, Applications: stored, Executions: stored}
		if contents != nil {
			out.Artifacts = kept{contents}
		}
		return expression.New(expression.Options{Outside: out})
	}
	return Evaluator{with(o.Contents), with(o.Shown)}
}

// Expressions is the evaluator of single expressions whose results are shown.
func (e Evaluator) Expressions() *expression.Evaluator { return e.shown }

// Pipeline evaluates a configuration when it is started, as Orca's
// OperationsController does: what can't be evaluated yet stays for the stages.
func (e Evaluator) Pipeline(config map[string]any, known expression.Answers) (map[string]any, []expression.Asked) {
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
	}).Of(model.String(config, "application"))
	out, summary := e.knowing(known).EvaluatePipeline(ctx, config, scope)
	return out, summary.Unanswered()
}

// Context evaluates a stage's context.
func (e Evaluator) Context(v engine.View, known expression.Answers) (map[string]any, []expression.Asked) {
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
func (e Evaluator) knowing(known expression.Answers) *expression.Evaluator {
	if known == nil {
		return e.evaluator
	}
	return e.evaluator.Knowing(known)
}

// Local is an evaluator that asks the database alone: what needs other servers
// stays as it is, for the execution to find out.
func (e Evaluator) Local() *expression.Evaluator {
	if e.evaluator == nil {
		return nil
	}
	return e.evaluator.Knowing(execution.Lookups{Asker: e})
}

// Ask asks the outside.
func (e Evaluator) Ask(ctx context.Context, q expression.Question) expression.Answer {
	return e.evaluator.Ask(ctx, q)
}

// Manifest evaluates a manifest that a stage has fetched, as the stage sees it.
// The failures are a summary, as a stage's context has it; none where all went
// well.
func (e Evaluator) Manifest(ctx context.Context, v engine.View, manifest map[string]any) (evaluated, failures map[string]any) {
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

// Notification evaluates what is to be sent about an execution, or about a stage of
// it: what can't be evaluated stays as it is.
func (e Evaluator) Notification(ctx context.Context, exec *model.Execution, s *model.Stage, settings map[string]any) map[string]any {
	if e.evaluator == nil || !expression.In(settings) {
		return settings
	}
	if s == nil {
		s = &model.Stage{Context: map[string]any{}, Outputs: map[string]any{}}
	}
	ctx, cancel := context.WithTimeout(ctx, evaluateTimeout)
	defer cancel()
	out, _ := e.evaluator.Evaluate(ctx, settings, expression.StageScope(exec, s, exec.User()))
	return out
}

// Condition evaluates the expression of a stageEnabled.
func (e Evaluator) Condition(v engine.View, text string, known expression.Answers) (bool, error) {
	ctx, cancel := evaluating(context.Background(), v, known)
	defer cancel()
	return e.knowing(known).Condition(ctx, text, expression.StageScope(v.Execution, v.Stage, v.Execution.User()))
}

// Expected evaluates the expressions in a pipeline's expected artifacts when an event
// starts it, as Echo does: they see the trigger, and the pipeline's fields. What fails
// stays as text.
func (e Evaluator) Expected(ctx context.Context, expected []any, pipeline, trigger map[string]any) []any {
	if !expression.In(expected) {
		return expected
	}
	ctx, cancel := context.WithTimeout(ctx, expectedTime)
	defer cancel()
	scope := expression.StartScope(model.Merge(pipeline, map[string]any{"trigger": trigger})).Of(model.String(pipeline, "application"))
	evaluated, _ := e.Local().Evaluate(ctx, map[string]any{"expectedArtifacts": expected}, scope)
	return model.List(evaluated, "expectedArtifacts")
}

// expectedTime bounds the evaluation of a pipeline's expected artifacts.
const expectedTime = 2 * time.Second

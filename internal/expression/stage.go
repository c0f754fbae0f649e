package expression

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// ExecutionScope is what is seen where no stage is at hand, as by
// notifications: the execution and its trigger. Names that aren't known are
// null.
func ExecutionScope(exec *model.Execution) *Scope {
	e := newExecution(exec)
	root := newMap(classHashMap)
	root.put("execution", e)
	root.put("trigger", e.trigger().asTriggerMap())
	augment(root)
	return &Scope{scope{root: root, allowUnknown: true, parents: parentsOf(e, root), application: exec.Application}}
}

// put adds a name that the expressions see.
func (s *Scope) put(name string, value any) {
	if m, ok := s.root.(*Map); ok {
		m.put(name, norm(value))
	}
}

// EvaluatePipeline evaluates a pipeline's configuration when it starts, as
// Orca's processPipeline does: with spelEvaluator v4 its stages are left
// alone. The summary is put into the result where something failed.
func (e *Evaluator) EvaluatePipeline(ctx context.Context, config map[string]any, scope *Scope) (map[string]any, *Summary) {
	source := config
	if parseVersion(model.String(config, "spelEvaluator")) == V4 {
		source = model.Without(config, "stages")
	}
	out, summary := e.Evaluate(ctx, source, scope)
	out = summary.With(out)
	if stages, ok := config["stages"]; ok && len(source) != len(config) {
		out = model.Merge(out, map[string]any{"stages": stages})
	}
	return out, summary
}

// EvaluateStage gives a stage's context with its expressions evaluated, as
// Orca does before a stage is planned and before each of its tasks. The
// summary of what failed is in the context; what an earlier one says of
// expressions that have succeeded since is dropped. With spelEvaluator v4 the
// types of stages that have a say in it leave parts alone, or evaluate one
// after another. User is who the stage runs as.
func (e *Evaluator) EvaluateStage(ctx context.Context, exec *model.Execution, stage *model.Stage, user string) (map[string]any, *Summary) {
	if parseVersion(exec.SpelEvaluator) == V4 {
		w := stageWork{env: e, ctx: ctx, exec: exec, stage: stage, user: user, summary: newSummary(e.now)}
		var out map[string]any
		switch stage.Type {
		case "evaluateVariables":
			out = w.sequence("variables", "key", "value", true)
		case "evaluateArtifacts":
			out = w.sequence("artifactContents", "name", "contents", false)
		case "deployManifest", "deployCloudrunManifest":
			if model.Bool(stage.Context, "skipExpressionEvaluation", false) {
				out = w.allBut("manifests")
				out = w.summary.With(out)
			}
		}
		if out != nil {
			return withoutStale(out, w.summary), w.summary
		}
	}
	out, summary := e.ownFields(ctx, stage.Context, StageScope(exec, stage, user))
	return withoutStale(summary.With(out), summary), summary
}

// ownFields evaluates the fields of a stage's context but those that tell of its
// tasks' work, which repeat texts that were evaluated before: one that has failed
// would fail there once more, in a place that nobody has written.
func (e *Evaluator) ownFields(ctx context.Context, source map[string]any, scope *Scope) (map[string]any, *Summary) {
	var told map[string]any
	for key, value := range source {
		if !tellsOfWork(key) || !In(value) {
			continue
		}
		if told == nil {
			told = map[string]any{}
		}
		told[key] = value
	}
	if told == nil {
		return e.Evaluate(ctx, source, scope)
	}
	own := model.Without(source, slices.Collect(maps.Keys(told))...)
	out, summary := e.Evaluate(ctx, own, scope)
	if reflect.ValueOf(out).Pointer() == reflect.ValueOf(own).Pointer() {
		return source, summary // nothing has changed, as the caller is to see
	}
	return model.Merge(out, told), summary
}

func tellsOfWork(key string) bool {
	return key == SummaryKey || key == "exception" || strings.HasPrefix(key, "kato.") || strings.HasPrefix(key, "outputs.")
}

// withoutStale drops what a context's summary says of expressions that were
// evaluated again and have not failed.
func withoutStale(document map[string]any, summary *Summary) map[string]any {
	old := model.Object(document, SummaryKey)
	var keep map[string]any
	for key := range old {
		if summary.Attempted(key) && !summary.Failed(key) {
			if keep == nil {
				keep = model.Without(old, key)
			} else {
				delete(keep, key)
			}
		}
	}
	if keep == nil {
		return document
	}
	return model.Merge(document, map[string]any{SummaryKey: keep})
}

// stageWork evaluates the context of a stage that has a say in how.
type stageWork struct {
	env     *Evaluator
	ctx     context.Context
	exec    *model.Execution
	stage   *model.Stage
	user    string
	summary *Summary
}

// allBut evaluates every key but one.
func (w *stageWork) allBut(key string) map[string]any {
	left, had := w.stage.Context[key]
	out, summary := w.env.ownFields(w.ctx, model.Without(w.stage.Context, key), StageScope(w.exec, w.stage, w.user))
	w.summary.merge(summary)
	if had {
		out = model.Merge(out, map[string]any{key: left})
	}
	return out
}

// sequence evaluates every key but one, and then that one's list member by
// member: each may use the results of those before it by name.
func (w *stageWork) sequence(key, name, value string, described bool) map[string]any {
	out := w.allBut(key)
	stage := *w.stage
	stage.Context = out
	scope := StageScope(w.exec, &stage, w.user)
	if list, ok := out[key].([]any); ok && len(w.summary.unanswered) == 0 {
		results := make([]any, len(list))
		for i, item := range list {
			if results[i] = w.member(item, name, value, described, scope); len(w.summary.unanswered) > 0 {
				// Those that follow would ask with what isn't there yet.
				return out
			}
		}
		out = model.Merge(out, map[string]any{key: results})
	}
	return w.summary.With(out)
}

func (w *stageWork) member(item any, name, value string, described bool, scope *Scope) any {
	m, ok := item.(map[string]any)
	if !ok {
		return item
	}
	text, ok := m[value].(string)
	if !ok {
		return item
	}
	source := map[string]any{value: text}
	changed := map[string]any{}
	if described {
		if d, ok := m["description"]; ok {
			source["description"] = d
		}
		if m["sourceValue"] == nil {
			changed["sourceValue"] = strings.ReplaceAll(text, prefix, "{")
		}
	}
	evaluated, summary := w.env.Evaluate(w.ctx, source, scope)
	w.summary.merge(summary)
	if summary.Failures() == 0 {
		maps.Copy(changed, evaluated)
		scope.put(model.String(m, name), evaluated[value])
	}
	return model.Merge(m, changed)
}

// Condition evaluates the expression of a stage's stageEnabled, which is
// written without ${}. One that is neither true nor false is an error; an
// [*UnansweredError] if it needs answers that aren't known.
func (e *Evaluator) Condition(ctx context.Context, expression string, scope *Scope) (bool, error) {
	text, summary := e.Bare(ctx, expression, scope)
	switch {
	case len(summary.Unanswered()) > 0:
		return false, &UnansweredError{summary.Unanswered()}
	case strings.EqualFold(text, "true"):
		return true, nil
	case strings.EqualFold(text, "false"):
		return false, nil
	}
	for _, entries := range summary.Entries() {
		return false, fmt.Errorf("the expression '%s' is neither true nor false: %s", expression, entries[0].Description)
	}
	return false, fmt.Errorf("the expression '%s' is neither true nor false but '%s'", expression, text)
}

// Bare evaluates an expression that is written without ${}, and gives its
// result as text; where it can't be evaluated, the expression itself.
func (e *Evaluator) Bare(ctx context.Context, expression string, scope *Scope) (string, *Summary) {
	source := prefix + expression + suffix
	w := e.walker(ctx, scope)
	defer w.done()
	w.typed = true
	out, _ := w.walk(source, keyStep("expression"))
	text := javaString(out)
	if strings.HasPrefix(text, prefix) && strings.HasSuffix(text, suffix) {
		text = text[len(prefix) : len(text)-len(suffix)]
	}
	return text, w.summary
}

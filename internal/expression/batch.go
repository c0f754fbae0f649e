package expression

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/gennaker/gennaker/internal/model"
)

// Batch is a list of expressions to evaluate in one stage of an execution, as
// testers hand it in. Each is evaluated by itself, as the value of a field
// "value" of the stage's context.
type Batch struct {
	// Execution is the execution's JSON, and Stage the name of the stage.
	Execution json.RawMessage `json:"execution"`
	Stage     string          `json:"stage"`
	// User is who the stage runs as.
	User string `json:"user,omitempty"`
	// AllowUnknownKeys makes names that aren't known null, not errors.
	AllowUnknownKeys bool        `json:"allowUnknownKeys"`
	Cases            []BatchCase `json:"cases"`
}

// BatchCase is one expression, or a document with expressions in it.
type BatchCase struct {
	ID   json.RawMessage `json:"id"`
	Expr json.RawMessage `json:"expr"`
	// RelaxedURLs lets URL functions read any URL.
	RelaxedURLs bool `json:"relaxedUrls,omitempty"`
}

// BatchResult is what one expression came to.
type BatchResult struct {
	ID json.RawMessage `json:"id"`
	// Class is the Java class of the result; "" for null.
	Class          string          `json:"class,omitempty"`
	Result         json.RawMessage `json:"result"`
	FailureCount   int             `json:"failureCount"`
	TotalEvaluated int             `json:"totalEvaluated"`
	Summary        map[string]any  `json:"expressionEvaluationSummary,omitempty"`
}

// RunBatch evaluates each case: with relaxed where its URLs are relaxed, else
// with strict. An error is for a batch that can't be read; what an expression
// does wrong is in its result.
func RunBatch(ctx context.Context, batch Batch, strict, relaxed *Evaluator) ([]BatchResult, error) {
	exec, orders, err := decodeExecution(batch.Execution)
	if err != nil {
		return nil, fmt.Errorf("read the execution: %w", err)
	}
	var stage *model.Stage
	for _, s := range exec.Stages {
		if s.Name == batch.Stage {
			stage = s
		}
	}
	if stage == nil {
		return nil, fmt.Errorf("the execution has no stage %q", batch.Stage)
	}
	out := make([]BatchResult, 0, len(batch.Cases))
	for _, c := range batch.Cases {
		env := strict
		if c.RelaxedURLs {
			env = relaxed
		}
		scope := stageScope(&execution{m: exec, orders: orders}, stage, batch.User)
		if !batch.AllowUnknownKeys {
			scope = scope.Strict()
		}
		result, err := env.runCase(ctx, c, scope)
		if err != nil {
			return nil, fmt.Errorf("case %s: %w", c.ID, err)
		}
		out = append(out, result)
	}
	return out, nil
}

func (e *Evaluator) runCase(ctx context.Context, c BatchCase, scope *Scope) (BatchResult, error) {
	var source any
	if len(c.Expr) > 0 {
		decoded, err := decodeJSON(string(c.Expr))
		if err != nil {
			return BatchResult{}, fmt.Errorf("read the expression: %w", err)
		}
		source = decoded
	}
	w := e.walker(ctx, scope)
	defer w.done()
	w.typed = true
	v, _ := w.walk(source, keyStep("value"))
	result := BatchResult{ID: c.ID, FailureCount: w.summary.failures, TotalEvaluated: w.summary.total}
	if v != nil {
		result.Class = classOf(v).name
	}
	if w.summary.failures > 0 {
		result.Summary = w.summary.Object()
	}
	data, err := toJSON(v, jsonDropNulls)
	if _, ok := errors.AsType[*Failure](err); ok {
		data, err = toJSON(javaString(v), jsonDropNulls)
	}
	result.Result = data
	return result, err
}

// decodeExecution reads an execution, keeping the order of the keys of free-form
// parts as far as expressions can see it.
func decodeExecution(data []byte) (*model.Execution, map[any][]any, error) {
	var exec model.Execution
	if err := model.Unmarshal(data, &exec); err != nil {
		return nil, nil, err
	}
	ordered, err := decodeJSON(string(data))
	if err != nil {
		return nil, nil, err
	}
	freeze(ordered)
	orders := map[any][]any{}
	exec.Trigger = firstLevel(member(ordered, "trigger"))
	stages, _ := collection(member(ordered, "stages"))
	for i, s := range exec.Stages {
		if s == nil || i >= stages.len() {
			continue
		}
		if c, ok := asMap(member(stages.at(i), "context")); ok {
			orders[s.ID] = c.keys()
			s.Context = firstLevel(member(stages.at(i), "context"))
		}
		s.Outputs = firstLevel(member(stages.at(i), "outputs"))
	}
	return &exec, orders, nil
}

// firstLevel is the first level of an ordered object as a map of Go.
func firstLevel(v any) map[string]any {
	m, ok := asMap(v)
	if !ok {
		return map[string]any{}
	}
	out := make(map[string]any, m.len())
	for _, k := range m.keys() {
		out[keyText(k)] = m.get(k)
	}
	return out
}

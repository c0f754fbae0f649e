package preconditions

import (
	"context"
	"fmt"
	"strings"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// Evaluator decides the expression of a precondition, as it is written: with
// or without ${} around it. It is called by any number of tasks at a time. An
// error ends the task as failed.
type Evaluator interface {
	Evaluate(ctx context.Context, view engine.View, expression string) (Evaluation, error)
	// Asks tells whether Evaluate has to ask other servers for this expression.
	Asks(view engine.View, expression string) bool
}

// Evaluation is what an expression came to.
type Evaluation struct {
	// Value is the result; only true and the text "true" count as met.
	Value any
	// Summary is what went wrong on the way, in the shape of Orca's
	// expressionEvaluationSummary; empty where nothing did.
	Summary map[string]any
}

// Literal decides "true" and "false" alone.
type Literal struct{}

// Asks is false: literals ask nobody.
func (Literal) Asks(engine.View, string) bool { return false }

// Evaluate decides the two literals; any other expression is an error.
func (Literal) Evaluate(_ context.Context, _ engine.View, expression string) (Evaluation, error) {
	text := strings.TrimSpace(expression)
	if inner, ok := strings.CutPrefix(text, "${"); ok {
		text = strings.TrimSpace(strings.TrimSuffix(inner, "}"))
	}
	switch strings.ToLower(text) {
	case "true":
		return Evaluation{Value: true}, nil
	case "false":
		return Evaluation{Value: false}, nil
	}
	return Evaluation{}, &stage.Error{
		Type: "ExpressionEvaluationException",
		Message: fmt.Sprintf("the expression %q can't be decided: expressions are not available yet, "+
			"only true and false are", expression),
	}
}

// expressionTask checks a precondition of type expression and keeps what it
// came to in context.expressionResult. It is inline unless the expression has to
// ask other servers.
type expressionTask struct{ evaluator Evaluator }

// InlineNow implements [stage.SometimesInline].
func (t expressionTask) InlineNow(in stage.Input) bool {
	return !t.evaluator.Asks(in.View, expressionOf(in))
}

// expressionOf is the expression of a precondition; false if it has none.
func expressionOf(in stage.Input) string {
	if value, ok := model.Object(in.Stage.Context, "context")["expression"]; ok && value != nil {
		return text(value)
	}
	return "false"
}

func (t expressionTask) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	inner := model.Object(in.Stage.Context, "context")
	evaluation, err := t.evaluator.Evaluate(ctx, in.View, expressionOf(in))
	if err != nil {
		return stage.Result{}, err
	}
	outcome := text(evaluation.Value)
	if rest, ok := strings.CutPrefix(outcome, "${"); ok && strings.HasSuffix(rest, "}") {
		outcome = strings.TrimSuffix(rest, "}")
	}
	changes := map[string]any{"context": model.Merge(inner, map[string]any{"expressionResult": outcome})}
	if len(evaluation.Summary) > 0 && !strings.HasPrefix(strings.TrimSpace(outcome), "$") {
		const key = "expressionEvaluationSummary"
		changes[key] = model.Merge(model.Object(in.Stage.Context, key), evaluation.Summary)
	}
	if strings.EqualFold(outcome, "true") {
		return stage.Succeeded().With(changes), nil
	}
	if own := model.String(inner, "failureMessage"); own != "" {
		changes["exception"] = map[string]any{"details": map[string]any{"errors": []any{own}}}
	}
	return stage.Failed().With(changes), nil
}

// text is how Orca writes a value as text.
func text(value any) string {
	if s := model.String(map[string]any{"": value}, ""); s != "" {
		return s
	}
	switch v := value.(type) {
	case nil:
		return "null"
	case string:
		return v
	}
	if data, err := model.Marshal(value); err == nil {
		return string(data)
	}
	return fmt.Sprint(value)
}

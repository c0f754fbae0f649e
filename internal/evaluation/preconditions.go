package evaluation

import (
	"context"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/stage/preconditions"
)

// Preconditions decides the expressions of preconditions.
type Preconditions struct{ Evaluator }

// Asks tells whether the expression of a precondition needs an answer from
// outside.
func (e Preconditions) Asks(v engine.View, text string) bool {
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
func (e Preconditions) Evaluate(ctx context.Context, v engine.View, text string) (preconditions.Evaluation, error) {
	ctx, cancel := evaluating(ctx, v, nil)
	defer cancel()
	value, summary := e.evaluator.Bare(ctx, text, expression.StageScope(v.Execution, v.Stage, v.Execution.User()))
	out := preconditions.Evaluation{Value: value}
	if summary.Failures() > 0 {
		out.Summary = summary.Object()
	}
	return out, nil
}

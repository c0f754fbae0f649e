package bakemanifest

import (
	"context"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/artifactbind"
)

// artifacts are the artifacts that the inputs name, by the id of an expected artifact or
// as they are. An input's account takes the place of the artifact's.
func artifacts(view engine.View, inputs []map[string]any) ([]map[string]any, error) {
	if len(inputs) == 0 {
		return nil, nil
	}
	out := make([]map[string]any, len(inputs))
	for i, input := range inputs {
		id, account := model.String(input, "id"), model.String(input, "account")
		found := model.Object(input, "artifact")
		if id != "" {
			if bound := artifactbind.Bound(view, id); bound != nil {
				found = bound
			}
		}
		if found == nil {
			return nil, invalid("Input artifact (id: %s, account: %s) could not be found in execution (id: %s).", id, account, view.Execution.ID)
		}
		if account != "" {
			found = model.Merge(found, map[string]any{"artifactAccount": account})
		}
		out[i] = found
	}
	return out, nil
}

// overrides are the stage's, whose expressions were evaluated when it began. With
// evaluateOverrideExpressions, those that the values of expressions have in them are
// evaluated as well.
func (b Baker) overrides(ctx context.Context, view engine.View, f fields) (map[string]any, error) {
	given := model.Object(view.Stage.Context, "overrides")
	if !f.EvaluateOverrideExpressions || b.Evaluate == nil || !expression.In(given) {
		return given, nil
	}
	out, failures := b.Evaluate(ctx, view, given)
	if failures != nil {
		return nil, &stage.Error{
			Type: "IllegalArgumentException", Message: "overrides: an expression can't be evaluated; see the details",
			Details: map[string]any{"expressionEvaluationSummary": failures},
		}
	}
	return out, nil
}

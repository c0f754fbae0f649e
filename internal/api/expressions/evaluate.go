package expressions

import (
	"context"

	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/model"
)

// inExecution evaluates a text at a stage, or in an execution as a whole.
func (a *area) inExecution(ctx context.Context, e *model.Execution, stage *model.Stage, text string) (any, map[string]any) {
	scope := expression.ExecutionScope(e)
	if stage != nil {
		scope = expression.StageScope(e, stage, e.User())
	}
	value, summary := a.evaluator.EvaluateText(ctx, text, scope)
	return value, summary.Object()
}

// capabilities tells what expressions may use.
func capabilities() functionsAndVersions {
	var out functionsAndVersions
	for _, f := range expression.Functions() {
		function := function{Name: f.Name, Description: f.Description, Parameters: []parameter{}}
		for _, p := range f.Parameters {
			function.Parameters = append(function.Parameters, parameter{Name: p.Name, Type: p.Type, Description: p.Description})
		}
		out.Functions = append(out.Functions, function)
	}
	for _, v := range expression.Versions() {
		out.SpelEvaluators = append(out.SpelEvaluators, version{
			VersionKey: string(v.Version), Description: v.Description, Deprecated: v.Deprecated,
		})
	}
	return out
}

// variables evaluates variables as a stage after others would, as Orca's
// ExpressionUtils does.
func (a *area) variables(ctx context.Context, e *model.Execution, after []string, version string, variables []any) (any, map[string]any) {
	tried := *e
	if version != "" {
		tried.SpelEvaluator = version
	}
	stage := &model.Stage{
		ID: "adhoc", RefID: "_AD_HOC_EVALUATE_VARIABLES_STAGE_", Type: "evaluateVariables", Name: "evaluateVariables",
		RequisiteStageRefIDs: after, Context: map[string]any{"variables": variables}, Outputs: map[string]any{},
	}
	tried.Stages = append(append([]*model.Stage(nil), e.Stages...), stage)
	out, _ := a.evaluator.EvaluateStage(ctx, &tried, stage, e.User())
	return out["variables"], model.Object(out, expression.SummaryKey)
}

// functionsAndVersions are what expressions may use, in Orca's shape.
type functionsAndVersions struct {
	Functions      []function `json:"functions"`
	SpelEvaluators []version  `json:"spelEvaluators"`
}

// function is a function, with the parameters that are given.
type function struct {
	Name        string      `json:"name"`
	Description string      `json:"description"`
	Parameters  []parameter `json:"parameters"`
}

// parameter is a parameter of a function.
type parameter struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	Type        string `json:"type"`
}

// version is a version of the evaluator: what pipelines name as
// their spelEvaluator.
type version struct {
	VersionKey  string `json:"versionKey"`
	Description string `json:"description"`
	Deprecated  bool   `json:"deprecated"`
}

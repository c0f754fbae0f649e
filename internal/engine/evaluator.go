package engine

import (
	"fmt"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// Evaluator evaluates the expressions of pipelines. The engine asks it at
// three points, as Orca does: for a whole configuration at the start, for a
// stage's context before it is planned and before each of its tasks is run,
// and for the condition that enables a stage.
type Evaluator interface {
	// Pipeline evaluates a configuration when it is started.
	Pipeline(config map[string]any) (map[string]any, error)
	// Context returns a stage's context with its expressions evaluated; it
	// keeps what can't be evaluated and says so in the context's
	// expressionEvaluationSummary.
	Context(stage View) map[string]any
	// Condition evaluates the expression of a stage's stageEnabled.
	Condition(stage View, expression string) (bool, error)
}

// Literal evaluates nothing: texts stay as they are, and only "true" and
// "false" are conditions.
type Literal struct{}

// Pipeline returns the configuration as it is.
func (Literal) Pipeline(config map[string]any) (map[string]any, error) { return config, nil }

// Context returns the stage's context as it is.
func (Literal) Context(stage View) map[string]any { return stage.Stage.Context }

// Condition decides "true" and "false".
func (Literal) Condition(_ View, expression string) (bool, error) {
	switch strings.TrimSpace(expression) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, fmt.Errorf("expression %q can't be evaluated: only true and false are", expression)
}

// enabled tells whether a stage is to run at all by its stageEnabled, as
// Orca's OptionalStageSupport decides it: a condition that fails skips the
// stage.
func (m *Machine) enabled(s *model.Stage) bool {
	if m.exec.Type != model.PipelineExecution {
		return true
	}
	condition := model.Object(s.Context, "stageEnabled")
	if model.String(condition, "type") != "expression" {
		return true
	}
	// The condition may itself be written with ${}.
	condition = model.Object(m.eval.Context(m.view(s)), "stageEnabled")
	on, err := m.eval.Condition(m.view(s), model.String(condition, "expression"))
	if err != nil {
		m.warn(s, "stageEnabled: "+err.Error())
		return false
	}
	return on
}

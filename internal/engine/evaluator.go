package engine

import (
	"errors"
	"fmt"
	"strings"

	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/model"
)

// Evaluator evaluates the expressions of pipelines. The engine asks it at
// three points, as Orca does: for a whole configuration at the start, for a
// stage's context before it is planned and before each of its tasks is run,
// and for the condition that enables a stage.
//
// It does no I/O of its own: what functions such as #fromUrl need from outside
// is among the known answers, or the evaluation says what it needs. With nil
// for the known answers it asks itself.
type Evaluator interface {
	// Pipeline evaluates a configuration when it is started. Texts whose
	// questions have no answer yet stay as they are.
	Pipeline(config map[string]any, known expression.Answers) (map[string]any, []expression.Asked)
	// Context returns a stage's context with its expressions evaluated; it
	// keeps what can't be evaluated and says so in the context's
	// expressionEvaluationSummary. The context is of no use if questions are
	// left without an answer.
	Context(stage View, known expression.Answers) (map[string]any, []expression.Asked)
	// Condition evaluates the expression of a stage's stageEnabled. The error is
	// an [*expression.UnansweredError] if answers are missing.
	Condition(stage View, text string, known expression.Answers) (bool, error)
}

// Literal evaluates nothing: texts stay as they are, and only "true" and
// "false" are conditions.
type Literal struct{}

// Pipeline returns the configuration as it is.
func (Literal) Pipeline(config map[string]any, _ expression.Answers) (map[string]any, []expression.Asked) {
	return config, nil
}

// Context returns the stage's context as it is.
func (Literal) Context(stage View, _ expression.Answers) (map[string]any, []expression.Asked) {
	return stage.Stage.Context, nil
}

// Condition decides "true" and "false".
func (Literal) Condition(_ View, text string, _ expression.Answers) (bool, error) {
	switch strings.TrimSpace(text) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, fmt.Errorf("expression %q can't be evaluated: only true and false are", text)
}

// enabled reports whether a stage is to run at all by its stageEnabled, as
// Orca's OptionalStageSupport decides it: a condition that fails skips the
// stage. The error is errAsked if answers are missing.
func (m *Machine) enabled(s *model.Stage) (bool, error) {
	if m.exec.Type != model.PipelineExecution {
		return true, nil
	}
	condition := model.Object(s.Context, "stageEnabled")
	if model.String(condition, "type") != "expression" {
		return true, nil
	}
	// The condition may itself be written with ${}.
	evaluated, err := m.evaluate(s, s)
	if err != nil {
		return false, err
	}
	condition = model.Object(evaluated, "stageEnabled")
	on, err := m.eval.Condition(m.view(s), model.String(condition, "expression"), m.knownTo(s, s))
	if unanswered, ok := errors.AsType[*expression.UnansweredError](err); ok {
		m.ask(s, s, unanswered.Asked)
		return false, errAsked
	}
	if err != nil {
		m.warn(s, "stageEnabled: "+err.Error())
	}
	return on && err == nil, nil
}

package preconditions

import (
	"context"
	"fmt"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// noopTask is the precondition that always holds.
type noopTask struct{}

func (noopTask) Inline() {}

func (noopTask) Run(context.Context, stage.Input) (stage.Result, error) {
	return stage.Succeeded(), nil
}

// stageStatusTask checks that the first stage of a name has a status.
type stageStatusTask struct{}

func (stageStatusTask) Inline() {}

func (stageStatusTask) Run(_ context.Context, in stage.Input) (stage.Result, error) {
	inner := model.Object(in.Stage.Context, "context")
	name, asserted := model.String(inner, "stageName"), model.String(inner, "stageStatus")
	if name == "" {
		return stage.Result{}, configuration("Stage name is required for preconditions of type stageStatus.")
	}
	if asserted == "" {
		return stage.Result{}, configuration("Stage status is required for preconditions of type stageStatus.")
	}
	for _, s := range in.Execution.Stages {
		if s.Name != name {
			continue
		}
		if string(s.Status) == asserted {
			return stage.Succeeded(), nil
		}
		return stage.Result{}, failure(inner, fmt.Sprintf(
			"The status of stage %s was asserted to be %s, but was actually %s", name, asserted, s.Status))
	}
	return stage.Result{}, configuration(
		"Failed to find stage %s in execution. Please specify a valid stage name", name)
}

// failure is a precondition that doesn't hold. The precondition's own
// failureMessage, where it has one, is what a person reads first.
func failure(inner map[string]any, message string) error {
	e := &stage.Error{Type: "PreconditionFailureException", Message: message}
	if own := model.String(inner, "failureMessage"); own != "" {
		e.Message, e.Errors = own, []string{own, message}
	}
	return e
}

func configuration(format string, args ...any) error {
	return &stage.Error{Type: "ConfigurationException", Message: fmt.Sprintf(format, args...)}
}

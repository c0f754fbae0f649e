package execution

import (
	"fmt"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
)

// StageTypes are the stage types that there are.
type StageTypes interface {
	engine.Definitions
	// Names lists their names, for suggestions.
	Names() []string
}

// CheckGraph refuses stages that don't fit together, so that they can never run.
// There is nothing that could be shown of them: they are neither saved nor
// started. field is what the configuration calls its stages.
func CheckGraph(config map[string]any, field string) error {
	value, given := config[field]
	if !given || value == nil {
		return nil
	}
	stages, ok := value.([]any)
	if !ok {
		return fault.New(fault.Invalid, "%s must be a list of objects", field)
	}
	return fault.All(fault.Invalid, engine.ValidateGraph(stages))
}

// checkNames refuses names and ids that are too long: databases can't look those up.
func checkNames(config map[string]any) error {
	var problems []string
	check := func(of map[string]any, at string, fields ...string) {
		for _, field := range fields {
			if long := limit.TooLong(at+field, model.String(of, field)); long != "" {
				problems = append(problems, long)
			}
		}
	}
	trigger := model.Object(config, "trigger")
	check(config, "", "application", "name", "id", "executionId")
	check(trigger, "trigger.", "correlationId", "eventId", "parentPipelineId", "parentPipelineStageId")
	check(model.Object(trigger, "parentExecution"), "trigger.parentExecution.", "id")
	return fault.All(fault.Invalid, problems)
}

// checkTrigger refuses a trigger that is none.
func checkTrigger(config map[string]any) error {
	if value, given := config["trigger"]; given && value != nil {
		if _, ok := value.(map[string]any); !ok {
			return fault.New(fault.Invalid, "trigger must be an object")
		}
	}
	return nil
}

// checkTypes refuses stages of types that there are none of. What a stage's
// fields lack shows when the stage runs, as in Orca: expressions may still fill
// them.
func (s *Service) checkTypes(stages []any) error {
	var problems []string
	for i, item := range stages {
		stage, _ := item.(map[string]any)
		kind := model.String(stage, "type")
		if kind == "" {
			continue
		}
		if _, known := s.types.Definition(&model.Stage{Type: kind, Context: stage}); known {
			continue
		}
		problem := fmt.Sprintf("%s: there is no stage type %q", engine.StageLabel(stage, i), fault.Short(kind))
		if near := limit.Nearest(kind, s.types.Names(), max(2, len(kind)/3)); near != "" {
			problem += fmt.Sprintf("; did you mean %q?", near)
		}
		problems = append(problems, problem)
	}
	return fault.All(fault.Invalid, problems)
}

package api

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/pipelinecheck"
	"github.com/gennaker/gennaker/internal/template"
)

// checkSave tells whether a pipeline may be saved: everything but what can
// never run. The rest, such as a stage type nobody knows (yet), is a warning.
func (s *server) checkSave(config map[string]any) (warnings []string, err error) {
	var problems []string
	for _, field := range []string{"application", "name"} {
		value, ok := config[field].(string)
		if !ok || strings.TrimSpace(value) == "" {
			problems = append(problems, field+" is missing")
		}
	}
	if len(problems) > 0 {
		return nil, fault.New(fault.Invalid, "A pipeline requires name and application fields").With(problems...)
	}
	if problems = append(tooLong(config, "application", ""), tooLong(config, "name", "")...); len(problems) > 0 {
		return nil, refusal(problems)
	}
	if template.Templated(config) {
		return nil, nil // its stages are the template's, and checked at the start
	}
	if _, problems = s.graph(config); len(problems) > 0 {
		return nil, refusal(problems)
	}
	if s.validator == nil {
		return nil, nil
	}
	for _, problem := range pipelinecheck.New(fitting{s.validator}).Check(config) {
		warnings = append(warnings, problem.String())
	}
	return warnings, nil
}

// fitting is for the check of a pipeline whose stages are known to fit
// together.
type fitting struct{ Validator }

// Graph implements pipelinecheck.Stages.
func (fitting) Graph([]any) []string { return nil }

// Odd implements pipelinecheck.Doubts.
func (f fitting) Odd(stage map[string]any) []string {
	if doubts, ok := f.Validator.(pipelinecheck.Doubts); ok {
		return doubts.Odd(stage)
	}
	return nil
}

// Fields implements pipelinecheck.Doubts.
func (f fitting) Fields(stageType string) []string {
	if doubts, ok := f.Validator.(pipelinecheck.Doubts); ok {
		return doubts.Fields(stageType)
	}
	return nil
}

// checkStart tells whether a pipeline or a task may be started: its stages fit
// together, and each is of a type that there is. What a stage's fields lack
// shows when the stage runs, as in Orca: expressions may still fill them.
func (s *server) checkStart(config map[string]any, field string) error {
	if value, ok := config[field]; ok && value != nil {
		if _, isList := value.([]any); !isList {
			return fault.New(fault.Invalid, "%s must be a list of objects", field)
		}
	}
	if template.Templated(config) {
		return nil
	}
	if field != "stages" {
		config = map[string]any{"stages": config[field]}
	}
	stages, problems := s.graph(config)
	if len(problems) == 0 {
		for i, stage := range stages {
			if problem := s.unknownType(stage, i); problem != "" {
				problems = append(problems, problem)
			}
		}
	}
	if len(problems) > 0 {
		return refusal(problems)
	}
	return nil
}

// graph checks how a configuration's stages fit together.
func (s *server) graph(config map[string]any) (stages []map[string]any, problems []string) {
	value, given := config["stages"]
	if !given || value == nil {
		return nil, nil
	}
	list, ok := value.([]any)
	if !ok {
		return nil, []string{"stages must be a list of objects"}
	}
	if s.validator != nil {
		problems = s.validator.Graph(list)
	}
	for i, item := range list {
		stage, ok := item.(map[string]any)
		if !ok && s.validator == nil {
			problems = append(problems, fmt.Sprintf("stages[%d]: a stage must be an object", i))
		}
		for _, field := range []string{"type", "refId", "name"} {
			problems = append(problems, tooLong(stage, field, stageLabel(stage, i)+": ")...)
		}
		stages = append(stages, stage)
	}
	return stages, problems
}

// tooLong tells of a field that is longer than a name may be.
func tooLong(fields map[string]any, field, place string) []string {
	if text := model.String(fields, field); len(text) > limit.Name {
		return []string{fmt.Sprintf("%s%s has %d bytes, and %d is the limit", place, field, len(text), limit.Name)}
	}
	return nil
}

func (s *server) unknownType(stage map[string]any, i int) string {
	kind := model.String(stage, "type")
	if s.validator == nil || kind == "" || s.validator.Known(kind) {
		return ""
	}
	if alias := model.String(stage, "alias"); alias != "" && s.validator.Known(alias) {
		return ""
	}
	problem := fmt.Sprintf("%s: there is no stage type %q", stageLabel(stage, i), fault.Short(kind))
	if near := limit.Nearest(kind, s.validator.Types(), max(2, len(kind)/3)); near != "" {
		problem += fmt.Sprintf("; did you mean %q?", near)
	}
	return problem
}

func stageLabel(stage map[string]any, i int) string {
	if name := model.String(stage, "name"); name != "" {
		return fmt.Sprintf("stages[%d] (%s)", i, fault.Short(name))
	}
	return fmt.Sprintf("stages[%d]", i)
}

func refusal(problems []string) error {
	message := problems[0]
	if more := len(problems) - 1; more > 0 {
		message = fmt.Sprintf("%s (and %d more)", message, more)
	}
	return fault.New(fault.Invalid, "%s", message).With(problems...)
}

// maxWarnings and maxWarning bound the headers of an answer: how many there are,
// and how many bytes each has.
const (
	maxWarnings = 10
	maxWarning  = 500
)

// warn tells a client of what was let through all the same, in Warning headers:
// the answer to a save has no body.
func warn(w http.ResponseWriter, warnings []string) {
	for i, text := range warnings {
		if i == maxWarnings {
			return
		}
		text = strings.Map(headerSafe, text[:min(len(text), maxWarning)])
		w.Header().Add("Warning", fmt.Sprintf("199 - %q", text))
	}
}

func headerSafe(r rune) rune {
	if r < ' ' || r > '~' {
		return '?'
	}
	return r
}

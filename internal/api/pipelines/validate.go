package pipelines

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/gennaker/gennaker/internal/execution"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/pipelinecheck"
	"github.com/gennaker/gennaker/internal/template"
)

// checkSave tells whether a pipeline may be saved: everything but what can
// never run. The rest, such as a stage type nobody knows (yet), is a warning.
func (a *area) checkSave(config map[string]any) (warnings []string, err error) {
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
	for _, field := range []string{"application", "name", "id"} {
		if long := limit.TooLong(field, model.String(config, field)); long != "" {
			problems = append(problems, long)
		}
	}
	if len(problems) > 0 {
		return nil, fault.All(fault.Invalid, problems)
	}
	if template.Templated(config) {
		return nil, nil // its stages are the template's, and checked at the start
	}
	if err := execution.CheckGraph(config, "stages"); err != nil {
		return nil, err
	}
	if a.stages == nil {
		return nil, nil
	}
	for _, problem := range pipelinecheck.New(fitting{a.stages}).Check(config) {
		warnings = append(warnings, problem.String())
	}
	return warnings, nil
}

// fitting is for the check of a pipeline whose stages are known to fit
// together.
type fitting struct{ pipelinecheck.Stages }

// Graph implements pipelinecheck.Stages.
func (fitting) Graph([]any) []string { return nil }

// Odd implements pipelinecheck.Doubts.
func (f fitting) Odd(stage map[string]any) []string {
	if doubts, ok := f.Stages.(pipelinecheck.Doubts); ok {
		return doubts.Odd(stage)
	}
	return nil
}

// Fields implements pipelinecheck.Doubts.
func (f fitting) Fields(stageType string) []string {
	if doubts, ok := f.Stages.(pipelinecheck.Doubts); ok {
		return doubts.Fields(stageType)
	}
	return nil
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

package masking

import (
	"bytes"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// private is what the keys begin with by which earlier versions kept a stage's
// private state in its context. Executions that they have stored are shown
// without them.
const private = "gennaker."

// Stage is a stage as it may be shown. The stage itself stays as it is.
func Stage(s *model.Stage) *model.Stage {
	out := *s
	out.Context = fields(s.Context)
	if holdsSecrets(s.Context) {
		out.Context = withoutQuotes(out.Context)
	}
	out.Outputs = fields(s.Outputs)
	if patchesSecret(s.Context) {
		// The outputs hold the patch, and don't say whose it is.
		named := model.Merge(out.Outputs, map[string]any{"manifestName": "secret x", "patchBody": ""})
		if masked, changed := (masker{}).object(named); changed {
			out.Outputs = model.Without(masked, "manifestName", "patchBody")
		}
	}
	return &out
}

func fields(values map[string]any) map[string]any {
	for key := range values {
		if strings.HasPrefix(key, private) {
			values = without(values)
			break
		}
	}
	return Object(values)
}

// HidesSome tells of an execution that is shown, see [Execution], whether something
// of it is hidden.
func HidesSome(e *model.Execution) bool {
	if Masked(map[string]any(e.Trigger)) {
		return true
	}
	for _, s := range e.Stages {
		if Masked(s.Context) || Masked(s.Outputs) {
			return true
		}
	}
	return false
}

func holdsSecrets(values map[string]any) bool {
	_, changed := masker{}.object(values)
	return changed
}

func without(values map[string]any) map[string]any {
	out := make(map[string]any, len(values))
	for key, value := range values {
		if !strings.HasPrefix(key, private) {
			out[key] = value
		}
	}
	return out
}

// Execution is an execution as it may be shown. The execution itself stays as
// it is.
func Execution(e *model.Execution) *model.Execution {
	out := *e
	out.Trigger = model.Trigger(withoutPrivate(Object(e.Trigger)))
	out.InitialConfig, out.TemplateVariables, out.Source = Object(e.InitialConfig), Object(e.TemplateVariables), Object(e.Source)
	out.Stages = make([]*model.Stage, len(e.Stages))
	for i, s := range e.Stages {
		out.Stages[i] = Stage(s)
	}
	if e.Stages == nil {
		out.Stages = nil
	}
	return &out
}

// withoutPrivate takes private state out of the stages of the executions that
// a trigger holds: its parent, and that one's.
func withoutPrivate(trigger map[string]any) map[string]any {
	parent := model.Object(trigger, "parentExecution")
	if parent == nil {
		return trigger
	}
	stages := model.List(parent, "stages")
	shown := make([]any, len(stages))
	for i, item := range stages {
		shown[i] = item
		if s, ok := item.(map[string]any); ok {
			shown[i] = model.Merge(s, map[string]any{"context": without(model.Object(s, "context")), "outputs": without(model.Object(s, "outputs"))})
		}
	}
	bare := model.Merge(parent, map[string]any{"stages": shown})
	if stages == nil {
		delete(bare, "stages")
	}
	if above := model.Object(parent, "trigger"); above != nil {
		bare["trigger"] = withoutPrivate(above)
	}
	return model.Merge(trigger, map[string]any{"parentExecution": bare})
}

// ExecutionJSON is [Execution] for a JSON document. One that can't hold
// anything to hide is returned as it is.
func ExecutionJSON(document []byte) ([]byte, error) {
	if !suspicious(document) {
		return document, nil
	}
	var e model.Execution
	if err := model.Unmarshal(document, &e); err != nil {
		return nil, err
	}
	return model.Marshal(Execution(&e))
}

// StageJSON is [Stage] for a JSON document.
func StageJSON(document []byte) ([]byte, error) {
	if !suspicious(document) {
		return document, nil
	}
	var s model.Stage
	if err := model.Unmarshal(document, &s); err != nil {
		return nil, err
	}
	return model.Marshal(Stage(&s))
}

// suspicious is a quick look at a document: whether it may hold a Secret, an
// embedded artifact or what earlier versions kept.
func suspicious(document []byte) bool {
	return bytes.Contains(document, []byte("embedded/base64")) || bytes.Contains(document, []byte(`"`+private)) || names(document)
}

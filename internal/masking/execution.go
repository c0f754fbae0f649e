package masking

import (
	"bytes"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// private is what the keys begin with by which earlier versions kept a stage's
// private state in its context. Executions that they have stored are shown
// without them.
const private = "gennaker."

// Stage is a stage as it may be shown. The stage itself stays as it is.
func Stage(s *model.Stage) *model.Stage { return masker{}.stage(s) }

func (m masker) stage(s *model.Stage) *model.Stage {
	out := *s
	out.Context = m.stageFields(s.Context)
	if holdsSecrets(s.Context) {
		out.Context = withoutQuotes(out.Context)
	}
	out.Outputs = m.stageFields(s.Outputs)
	if patchesSecret(s.Context) {
		// The outputs hold the patch, and don't say whose it is.
		named := model.Merge(out.Outputs, map[string]any{"manifestName": "secret x", "patchBody": ""})
		if masked, changed := (masker{}).object(named); changed {
			out.Outputs = model.Without(masked, "manifestName", "patchBody")
		}
	}
	return &out
}

func (m masker) stageFields(values map[string]any) map[string]any {
	for key := range values {
		if strings.HasPrefix(key, private) {
			values = without(values)
			break
		}
	}
	return m.shown(values)
}

func (m masker) shown(object map[string]any) map[string]any {
	out, _ := m.object(object)
	return out
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
	m := masker{bare: patchesByArtifact(e)}
	out.Trigger = model.Trigger(withoutPrivate(m.shown(e.Trigger)))
	out.InitialConfig, out.TemplateVariables, out.Source = m.shown(e.InitialConfig), m.shown(e.TemplateVariables), m.shown(e.Source)
	out.Stages = make([]*model.Stage, len(e.Stages))
	for i, s := range e.Stages {
		out.Stages[i] = m.stage(s)
	}
	if e.Stages == nil {
		out.Stages = nil
	}
	return &out
}

// patchesByArtifact tells whether a stage patches a Secret by an artifact of the
// pipeline. What is embedded in that doesn't say what it is for.
func patchesByArtifact(e *model.Execution) bool {
	return slices.ContainsFunc(e.Stages, func(s *model.Stage) bool {
		return s.Context["manifestArtifactId"] != nil && patchesSecret(s.Context)
	})
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
	return bytes.Contains(document, []byte("embedded/base64")) || bytes.Contains(document, []byte(`"`+private)) || names(document) ||
		encodedJSON(document)
}

// encodedJSON tells whether a text of a document may be JSON in base64.
func encodedJSON(document []byte) bool {
	for rest := document; ; {
		i := bytes.IndexByte(rest, '"')
		if i < 0 {
			return false
		}
		rest = rest[i+1:]
		if len(rest) >= 3 && (rest[0] == 'e' || rest[0] == 'W') && slices.Contains(jsonBeginnings, string(rest[:3])) {
			return true
		}
	}
}

package eventlog

import (
	"fmt"
	"slices"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/trigger"
)

// mostKept is how many bytes of an event are kept; a larger one is kept without what it
// brought, and can't be replayed.
const mostKept = 256 << 10

// kept is what is kept of an event beside its columns.
type kept struct {
	Content    map[string]any    `json:"content,omitempty"`
	Payload    map[string]any    `json:"payload,omitempty"`
	Attributes map[string]string `json:"attributes,omitempty"`
	Artifacts  []any             `json:"artifacts,omitempty"`
	// Same tells that the payload is the content, which is then kept once.
	Same bool `json:"same,omitempty"`
	// TooLarge is the size of an event of which nothing else is kept.
	TooLarge int `json:"tooLarge,omitempty"`
}

func bodyOf(e *trigger.Event) (string, error) {
	k := kept{Content: hidden(e.Content), Attributes: hiddenTexts(e.Attributes), Artifacts: hiddenList(e.Artifacts)}
	if e.Payload != nil {
		if sameObject(e.Payload, e.Content) {
			k.Same = true
		} else {
			k.Payload = hidden(e.Payload)
		}
	}
	text, err := model.Marshal(k)
	if err != nil {
		return "", err
	}
	if len(text) > mostKept {
		text, err = model.Marshal(kept{TooLarge: len(text)})
	}
	return string(text), err
}

// sameObject tells whether two objects are one and the same in memory.
func sameObject(a, b map[string]any) bool {
	return fmt.Sprintf("%p", a) == fmt.Sprintf("%p", b)
}

func readBody(text string) (kept, error) {
	var k kept
	if err := model.Unmarshal([]byte(text), &k); err != nil {
		return k, err
	}
	if k.Same {
		k.Payload = k.Content
	}
	return k, nil
}

// Hidden stands for a value that looks like a secret.
const Hidden = trigger.Hidden

// hidden gives an object without the values that look like secrets.
func hidden(m map[string]any) map[string]any {
	if m == nil {
		return nil
	}
	out, _ := hide(m, 0).(map[string]any)
	return out
}

// deepest bounds how deep an object is looked into.
const deepest = 200

// hiddenList does so for the members of a list.
func hiddenList(list []any) []any {
	if list == nil {
		return nil
	}
	out, _ := hide(list, 0).([]any)
	return out
}

func hide(value any, depth int) any {
	if depth > deepest {
		return Hidden
	}
	switch v := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, item := range v {
			if holds(item) && trigger.IsSecret(name) {
				out[name] = Hidden
				continue
			}
			out[name] = hide(item, depth+1)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = hide(item, depth+1)
		}
		return out
	}
	return value
}

// holds tells whether a value under the name of a secret may be one: a text, a number, or a
// list of such. The members of objects have names of their own.
func holds(value any) bool {
	switch v := value.(type) {
	case nil, bool, map[string]any:
		return false
	case string:
		return v != ""
	case []any:
		return slices.ContainsFunc(v, holds)
	}
	return true
}

func hiddenTexts(m map[string]string) map[string]string {
	out := make(map[string]string, len(m))
	for name, text := range m {
		if trigger.IsSecret(name) {
			text = Hidden
		}
		out[name] = text
	}
	return out
}

// decision is what is kept of a decision beside its columns.
type decision struct {
	PipelineID   string          `json:"pipelineId"`
	PipelineName string          `json:"pipelineName"`
	Application  string          `json:"application"`
	TriggerID    string          `json:"triggerId,omitempty"`
	TriggerType  string          `json:"triggerType"`
	Description  string          `json:"description,omitempty"`
	Reason       string          `json:"reason,omitempty"`
	User         string          `json:"user,omitempty"`
	Checks       []trigger.Check `json:"checks"`
}

// mostChecks is how many comparisons of a decision are kept; those that failed come first.
const mostChecks = 100

// decisionOf is what there is to tell of a decision.
func decisionOf(d *trigger.Decision) decision {
	out := decision{
		PipelineID: d.Pipeline.ID(), PipelineName: d.Pipeline.Name(), Application: d.Pipeline.Application(),
		TriggerID: model.String(d.Trigger, "id"), TriggerType: d.Trigger.Type(), Description: model.String(d.Trigger, "description"),
		Reason: d.Reason, Checks: d.Checks,
	}
	if out.Checks == nil {
		out.Checks = []trigger.Check{}
	}
	return out
}

func decisionBody(d *entry) (string, error) {
	out := decisionOf(&d.Decision)
	if d.prepared != nil && d.prepared.Failure != nil {
		out.Reason = d.prepared.Failure.Error()
	}
	if d.Start != nil {
		out.User = d.Start.User
	}
	if len(out.Checks) > mostChecks {
		first := make([]trigger.Check, 0, mostChecks)
		for _, ok := range []bool{false, true} {
			for _, c := range out.Checks {
				if c.OK == ok && len(first) < mostChecks {
					first = append(first, c)
				}
			}
		}
		out.Checks = first
	}
	text, err := model.Marshal(out)
	return string(text), err
}

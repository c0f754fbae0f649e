package engine

import (
	"reflect"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/model"
)

// replacing evaluates ${x} to a value that changes.
type replacing struct {
	Literal
	value *string
}

func (r replacing) Context(v View, _ expression.Answers) (map[string]any, []expression.Asked) {
	out, changed := map[string]any{}, false
	for key, value := range v.Stage.Context {
		out[key] = r.in(value)
		changed = changed || !reflect.DeepEqual(out[key], value)
	}
	if !changed {
		return v.Stage.Context, nil
	}
	return out, nil
}

func (r replacing) in(value any) any {
	switch v := value.(type) {
	case string:
		return strings.ReplaceAll(v, "${x}", *r.value)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = r.in(v[i])
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for key := range v {
			out[key] = r.in(v[key])
		}
		return out
	}
	return value
}

func TestARestartedStageIsEvaluatedAnew(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		notes   bool
		again   bool // by a machine that has loaded the texts
		patch   map[string]any
		want    any
		kept    any // "other", which has an expression deeper in
		forgets int
	}{
		"anew":                    {notes: true, want: "is two", kept: []any{map[string]any{"a": "two"}}, forgets: 1},
		"by another machine":      {notes: true, again: true, want: "is two", kept: []any{map[string]any{"a": "two"}}, forgets: 1},
		"as Orca":                 {notes: false, want: "is one", kept: []any{map[string]any{"a": "one"}}},
		"what a person has set":   {notes: true, patch: map[string]any{"text": "mine"}, want: "mine", kept: []any{map[string]any{"a": "two"}}, forgets: 2},
		"what a person sent back": {notes: true, patch: map[string]any{"text": "is one"}, want: "is two", kept: []any{map[string]any{"a": "two"}}, forgets: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			value := "one"
			s := simulate(t, GateOpen, stageOf("1", "", "text", "is ${x}", "other", []any{map[string]any{"a": "${x}"}}, "plain", "x"), stageOf("2", "1", "text", "${x}"))
			machine := func() {
				s.Machine = NewMachine(s.exec, fakes{}, replacing{value: &value}, GateOpen)
				if tc.notes {
					s.NoteTexts()
				}
			}
			machine()
			s.finish()
			stage := s.exec.Stages[0]
			noted := s.Take().Texts
			if want := 3; tc.notes && len(noted) != want || !tc.notes && noted != nil {
				t.Errorf("noted %v", noted)
			}
			if tc.again {
				machine()
				texts := map[string]map[string]any{}
				for _, n := range noted {
					texts[n.Stage] = model.Merge(texts[n.Stage], map[string]any{n.Key: n.Value})
				}
				s.AddTexts(texts)
			}
			if tc.patch != nil {
				if err := s.UpdateStage(stage.ID, tc.patch, "me", nil, s.now); err != nil {
					t.Fatal(err)
				}
			}
			value = "two"
			if err := s.Restart(stage.ID, "me", nil, s.now); err != nil {
				t.Fatal(err)
			}
			forgotten := 0
			for _, key := range s.Peek().Forgotten {
				if key.Stage == stage.ID {
					forgotten++
				}
			}
			s.finish()
			if got := stage.Context; got["text"] != tc.want || !reflect.DeepEqual(got["other"], tc.kept) || got["plain"] != "x" {
				t.Errorf("it ran with %v", got)
			}
			if forgotten != tc.forgets {
				t.Errorf("%d texts were forgotten, want %d", forgotten, tc.forgets)
			}
			if want := map[bool]string{true: "two", false: "one"}[tc.notes]; s.exec.Stages[1].Context["text"] != want {
				t.Errorf("the stage after it ran with %v", s.exec.Stages[1].Context)
			}
		})
	}
}

package engine

import (
	"maps"
	"reflect"
	"slices"

	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/model"
)

// Text is a value of a stage's context as it was before its expressions were
// evaluated. It is what the stage begins with when it is restarted.
type Text struct {
	Stage, Key string
	Value      any
}

// TextKey names a text; without a key, all of a stage's.
type TextKey struct{ Stage, Key string }

// NoteTexts has the machine note what the expressions of the pipeline's stages were
// before they are evaluated, and evaluate them again when a stage is restarted. Without
// it, a stage that is restarted keeps the values of its last run, as in Orca.
func (m *Machine) NoteTexts() {
	m.texts = map[string]map[string]any{}
}

// AddTexts gives the machine the texts that were noted before, by stage id and key.
// It needs them for a restart alone.
func (m *Machine) AddTexts(texts map[string]map[string]any) {
	for stage, values := range texts {
		known := maps.Clone(values)
		maps.Copy(known, m.texts[stage])
		m.texts[stage] = known
	}
}

// takeEvaluated puts the evaluated context instead of a stage's.
func (m *Machine) takeEvaluated(s *model.Stage, evaluated map[string]any) {
	if m.texts != nil && !s.Synthetic() {
		for key, text := range s.Context {
			if value, ok := evaluated[key]; ok && expression.In(text) && !reflect.DeepEqual(text, value) {
				m.noteText(s.ID, key, text)
			}
		}
	}
	s.Context = evaluated
}

func (m *Machine) noteText(stage, key string, text any) {
	if _, known := m.texts[stage][key]; known {
		return
	}
	if m.texts[stage] == nil {
		m.texts[stage] = map[string]any{}
	}
	m.texts[stage][key] = text
	m.changes.Texts = append(m.changes.Texts, Text{stage, key, text})
}

// forgetText drops a text that a person has replaced, or with no key all of a stage's.
func (m *Machine) forgetText(stage, key string) {
	if m.texts == nil {
		return
	}
	if key == "" {
		delete(m.texts, stage)
	} else {
		delete(m.texts[stage], key)
	}
	m.changes.Texts = slices.DeleteFunc(m.changes.Texts, func(t Text) bool {
		return t.Stage == stage && (key == "" || t.Key == key)
	})
	m.changes.Forgotten = append(m.changes.Forgotten, TextKey{stage, key})
}

// restoreTexts gives a stage that is restarted the texts that it began with.
func (m *Machine) restoreTexts(s *model.Stage) {
	if m.texts == nil {
		return
	}
	s.Context = model.Merge(model.Without(s.Context, "expressionEvaluationSummary"), m.texts[s.ID])
	m.forgetText(s.ID, "")
}

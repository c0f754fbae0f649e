package template

import (
	"fmt"
	"slices"

	"github.com/gennaker/gennaker/internal/model"
)

// step is a stage while its place among the others is sought.
type step struct {
	id string
	// requires are the ids of the steps before it, each once.
	requires []string
	inject   injection
	body     map[string]any
	// origin is what has been expanded into this step, for version 1.
	origin *expansion
	// removed marks a step whose conditions don't hold.
	removed bool
}

// injection says where a stage is to go, of which one is set.
type injection struct {
	first, last   bool
	before, after []string
}

func injectionOf(stage map[string]any) injection {
	rule := model.Object(stage, "inject")
	return injection{
		first: model.Bool(rule, "first", false), last: model.Bool(rule, "last", false),
		before: model.Strings(rule, "before"), after: model.Strings(rule, "after"),
	}
}

func (i injection) any() bool  { return i.count() > 0 }
func (i injection) many() bool { return i.count() > 1 }

func (i injection) count() int {
	n := 0
	for _, set := range []bool{i.first, i.last, i.before != nil, i.after != nil} {
		if set {
			n++
		}
	}
	return n
}

func (s *step) require(ids ...string) {
	for _, id := range ids {
		if !slices.Contains(s.requires, id) {
			s.requires = append(s.requires, id)
		}
	}
}

// swap puts others in the place of one requisite.
func (s *step) swap(id string, others ...string) {
	at := slices.Index(s.requires, id)
	if at < 0 {
		return
	}
	s.requires = slices.Delete(slices.Clone(s.requires), at, at+1)
	s.require(others...)
}

// weave puts the stages of a configuration among those of a template: those
// with the id of a template's stage take its place, those with requisites or a
// rule of injection are added, as Orca's (V2)ConfigStageInjectionTransform.
func weave(template, config []*step) ([]*step, error) {
	steps := slices.Clone(template)
	replaced := map[string]bool{}
	for _, s := range config {
		for i := range steps {
			if steps[i].id == s.id {
				steps[i], replaced[s.id] = s, true
			}
		}
	}
	bare := len(template) == 0
	for _, s := range config {
		switch {
		case replaced[s.id] || s.inject.any():
		case len(s.requires) > 0 || bare:
			steps = append(steps, s)
		default:
			// Orca would leave it out without a word.
			return nil, fmt.Errorf("stage %q of the pipeline needs a place: give it requisites or a rule of injection, or the id of a stage of the template", s.id)
		}
	}
	steps, err := sorted(steps)
	if err != nil {
		return nil, err
	}
	for _, from := range [][]*step{slices.Clone(steps), config} {
		for _, s := range from {
			if !s.inject.any() {
				continue
			}
			if steps, err = inject(s, steps); err != nil {
				return nil, err
			}
		}
	}
	if _, err := sorted(steps); err != nil {
		return nil, err
	}
	return steps, nil
}

// sorted orders steps so that each comes after those it requires, and as they
// were otherwise. The same id twice and circles are errors; requisites that
// aren't there are not.
func sorted(steps []*step) ([]*step, error) {
	byID := make(map[string]*step, len(steps))
	for _, s := range steps {
		if byID[s.id] != nil {
			return nil, fmt.Errorf("two stages have the id %q", s.id)
		}
		byID[s.id] = s
	}
	const visiting, visited = 1, 2
	state := make(map[string]int, len(steps))
	out := make([]*step, 0, len(steps))
	var visit func(*step) error
	visit = func(s *step) error {
		state[s.id] = visiting
		for _, id := range s.requires {
			next := byID[id]
			if state[id] == visiting {
				return fmt.Errorf("the stages go in a circle, found at stage %q", s.id)
			}
			if next == nil || state[id] == visited {
				continue
			}
			if err := visit(next); err != nil {
				return err
			}
		}
		state[s.id] = visited
		out = append(out, s)
		return nil
	}
	for _, s := range steps {
		if state[s.id] == 0 {
			if err := visit(s); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// leaves are the ids of the steps that no other of them requires.
func leaves(steps []*step) []string {
	required := map[string]bool{}
	for _, s := range steps {
		for _, id := range s.requires {
			required[id] = true
		}
	}
	var out []string
	for _, s := range steps {
		if !required[s.id] {
			out = append(out, s.id)
		}
	}
	return out
}

// inject puts a step where its rule says.
func inject(s *step, steps []*step) ([]*step, error) {
	steps = slices.DeleteFunc(slices.Clone(steps), func(other *step) bool { return other.id == s.id })
	switch {
	case s.inject.first:
		for _, other := range steps {
			if len(other.requires) == 0 {
				other.require(s.id)
			}
		}
		return slices.Insert(steps, 0, s), nil
	case s.inject.last:
		s.require(leaves(steps)...)
		return append(steps, s), nil
	case s.inject.before != nil:
		at := 0
		var requires []string
		for _, id := range s.inject.before {
			i, err := target(s, id, steps)
			if err != nil {
				return nil, err
			}
			requires = append(requires, steps[i].requires...)
			steps[i].requires = []string{s.id}
			at = max(at, i)
		}
		s.require(requires...)
		return slices.Insert(steps, at, s), nil
	default:
		at := 0
		for _, id := range s.inject.after {
			i, err := target(s, id, steps)
			if err != nil {
				return nil, err
			}
			for _, other := range steps {
				other.swap(id, s.id)
			}
			s.require(id)
			at = max(at, i)
		}
		return slices.Insert(steps, min(at+1, len(steps)), s), nil
	}
}

func target(s *step, id string, steps []*step) (int, error) {
	i := slices.IndexFunc(steps, func(other *step) bool { return other.id == id })
	if i < 0 {
		return 0, fmt.Errorf("stage %q can't be injected: there is no stage %q to put it next to", s.id, id)
	}
	return i, nil
}

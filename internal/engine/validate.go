package engine

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
)

// ValidateGraph checks the stages of a configuration: each an object with a
// type, refIds unique, every requisite there, and no stage that waits for
// itself. It returns a sentence for each thing that is wrong, naming the stage.
// Stages that all lack a refId run one after another, and are fine.
func ValidateGraph(stages []any) []string {
	if err := limit.Count(len(stages), limit.Stages, "stages"); err != nil {
		return []string{err.Error()}
	}
	var problems []string
	requires := map[string][]string{}
	var refs []string
	withRef := 0
	for i, item := range stages {
		s, ok := item.(map[string]any)
		if !ok {
			problems = append(problems, fmt.Sprintf("stages[%d]: a stage must be an object", i))
			continue
		}
		name := StageLabel(s, i)
		if model.String(s, "type") == "" {
			problems = append(problems, name+": type is missing")
		}
		for _, field := range []string{"type", "refId", "name"} {
			if long := limit.TooLong(field, model.String(s, field)); long != "" {
				problems = append(problems, name+": "+long)
			}
		}
		ref := model.String(s, "refId")
		if ref == "" {
			continue
		}
		withRef++
		if _, taken := requires[ref]; taken {
			problems = append(problems, fmt.Sprintf("%s: refId %q is used by another stage too", name, fault.Short(ref)))
		} else {
			refs = append(refs, ref)
		}
		// Those of all stages with the refId, so that every problem is told at once.
		requires[ref] = append(requires[ref], model.Strings(s, "requisiteStageRefIds")...)
	}
	if withRef != 0 && withRef != len(stages) {
		for i, item := range stages {
			if s, ok := item.(map[string]any); ok && model.String(s, "refId") == "" {
				problems = append(problems, StageLabel(s, i)+": refId is missing, and other stages have one")
			}
		}
	}
	for _, ref := range refs {
		for i, up := range requires[ref] {
			if _, ok := requires[up]; !ok && !slices.Contains(requires[ref][:i], up) {
				problems = append(problems, fmt.Sprintf("stage %q: requisiteStageRefIds names %q, and no stage has that refId", fault.Short(ref), fault.Short(up)))
			}
		}
	}
	if cycle := findCycle(refs, requires); cycle != nil {
		problems = append(problems, fmt.Sprintf("stages %s wait for each other in a circle; take one requisiteStageRefIds away", strings.Join(shortened(cycle), " -> ")))
	}
	return problems
}

// StageLabel names a stage of a configuration in an error: by its place, and its
// name if it has one.
func StageLabel(s map[string]any, i int) string {
	if name := model.String(s, "name"); name != "" {
		return fmt.Sprintf("stages[%d] (%s)", i, fault.Short(name))
	}
	return fmt.Sprintf("stages[%d]", i)
}

// shortened is a circle of names as an error shows it.
func shortened(cycle []string) []string {
	const most = 20
	out := make([]string, 0, most+1)
	for _, name := range cycle[:min(len(cycle), most)] {
		out = append(out, fault.Short(name))
	}
	if len(cycle) > most {
		out = append(out, "...")
	}
	return out
}

// findCycle returns the refIds of one circle, first again at the end; nil
// if there is none.
func findCycle(refs []string, requires map[string][]string) []string {
	const walking, done = 1, 2
	state := map[string]int{}
	var path []string
	var walk func(string) []string
	walk = func(ref string) []string {
		state[ref] = walking
		path = append(path, ref)
		for _, up := range requires[ref] {
			if _, ok := requires[up]; !ok {
				continue
			}
			switch state[up] {
			case walking:
				return append(slices.Clone(path[slices.Index(path, up):]), up)
			case 0:
				if cycle := walk(up); cycle != nil {
					return cycle
				}
			}
		}
		path = path[:len(path)-1]
		state[ref] = done
		return nil
	}
	for _, ref := range refs {
		if state[ref] == 0 {
			if cycle := walk(ref); cycle != nil {
				return cycle
			}
		}
	}
	return nil
}

package expression

import (
	"context"
	"math"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// ExecutionLookup reads the executions that started the one at hand, for
// trigger.parentExecution.
type ExecutionLookup interface {
	// Execution gives an execution as its JSON object, and whether there is one.
	Execution(ctx context.Context, id string) (execution map[string]any, found bool, err error)
}

// parents completes the executions that a trigger names as its parents. Triggers
// are stored without their parents' stages, so that chains of pipelines don't
// grow with each link; a text that reads more has them loaded first.
type parents struct {
	// trigger is the present one, with as many levels of parents as were loaded.
	trigger map[string]any
	levels  int
	// set has the scope's expressions see another trigger.
	set func(trigger map[string]any)
}

// newParents returns nil for a trigger that names no parent.
func newParents(trigger map[string]any, set func(map[string]any)) *parents {
	if parentID(trigger) == "" {
		return nil
	}
	return &parents{trigger: trigger, set: set}
}

func parentID(trigger map[string]any) string {
	return model.String(model.Object(trigger, "parentExecution"), "id")
}

// load completes the parents up to a level: 1 for the trigger's own parent, 2 for
// that one's parent too.
func (p *parents) load(st *state, levels int) error {
	if p == nil || levels <= p.levels {
		return nil
	}
	trigger, err := wholeParents(st, p.trigger, levels)
	if err != nil {
		return err
	}
	p.trigger, p.levels = trigger, levels
	p.set(trigger)
	return nil
}

func wholeParents(st *state, trigger map[string]any, levels int) (map[string]any, error) {
	id := parentID(trigger)
	if levels == 0 || id == "" {
		return trigger, nil
	}
	parent := model.Object(trigger, "parentExecution")
	if len(model.List(parent, "stages")) == 0 && st.env.outside.Executions != nil {
		answer, err := st.ask(Question{Kind: QuestionExecution, Of: id})
		if err != nil {
			return nil, during(err, "the execution %s could not be read", id)
		}
		if answer.Found {
			// The child's own record of the parent's trigger stays: the stage
			// runMultiplePipelines adds to it.
			parent = model.Merge(answer.Object, map[string]any{"trigger": parent["trigger"]})
		}
	}
	above, err := wholeParents(st, model.Object(parent, "trigger"), levels-1)
	if err != nil {
		return nil, err
	}
	if above != nil {
		parent = model.Merge(parent, map[string]any{"trigger": above})
	}
	return model.Merge(trigger, map[string]any{"parentExecution": parent}), nil
}

// parentLevels tells how many levels of parents an expression may read: as often
// as it goes from an execution to its parent, or all of them if it does
// something with a trigger or an execution as a whole.
func parentLevels(text string) int {
	for _, handed := range []string{"( #root.execution, ", "( #root.execution)"} { // by [rewrite]
		text = strings.ReplaceAll(text, handed, "(")
	}
	for _, name := range []string{"trigger", "execution", "#root"} {
		if readsWhole(text, name) {
			return math.MaxInt
		}
	}
	return max(strings.Count(text, "parentExecution"), strings.Count(text, "parentStage"))
}

// readsWhole tells whether a name stands in an expression with no property after
// it: not as in trigger.user or execution['trigger'].user.
func readsWhole(text, name string) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], name)
		if i < 0 {
			return false
		}
		start, end := at+i, at+i+len(name)
		at = end
		if start > 0 && isWordByte(text[start-1]) || end < len(text) && isWordByte(text[end]) {
			continue
		}
		rest := strings.TrimLeft(text[end:], " \t\r\n")
		if strings.Count(text[:start], "'")%2 == 1 || strings.Count(text[:start], `"`)%2 == 1 {
			// In quotes: the name of a property, or a text that doesn't matter.
			after, indexed := strings.CutPrefix(strings.TrimLeft(rest, `'"`), "]")
			if !indexed {
				continue
			}
			rest = strings.TrimLeft(after, " \t\r\n")
		}
		rest = strings.TrimPrefix(rest, "?")
		if strings.HasPrefix(rest, "['") || strings.HasPrefix(rest, `["`) ||
			strings.HasPrefix(rest, ".") && len(rest) > 1 && isWordByte(rest[1]) {
			continue
		}
		return true
	}
}

func isWordByte(c byte) bool {
	return c == '_' || c == '$' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

package engine

import (
	"errors"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
)

// TestTransitionsAreComplete walks every status and event of the three
// machines: each pair either leads to one status or is refused, and the ends
// are left only by what may bring something back.
func TestTransitionsAreComplete(t *testing.T) {
	t.Parallel()
	for of, table := range map[string][]Transition{
		ofExecution: ExecutionTransitions, ofStage: StageTransitions, ofTask: TaskTransitions,
	} {
		for _, from := range model.Statuses() {
			for _, event := range events() {
				targets := map[model.Status]bool{}
				for _, tr := range table {
					for _, f := range tr.From {
						if tr.Event == event && f == from {
							targets[tr.To] = true
						}
					}
				}
				to, err := next(of, table, from, event)
				switch len(targets) {
				case 0:
					var refused *TransitionError
					if !errors.As(err, &refused) || refused.From != from || refused.Event != event || refused.Of != of {
						t.Errorf("%s %s x %s: want a TransitionError, got %q, %v", of, from, event, to, err)
					}
				case 1:
					if err != nil || !targets[to] {
						t.Errorf("%s %s x %s: got %q, %v", of, from, event, to, err)
					}
				default:
					t.Errorf("%s %s x %s leads to more than one status: %v", of, from, event, targets)
				}
				if err == nil && from.Complete() && event != EventReset && (of != ofStage || event != EventSkip) {
					t.Errorf("%s: ended status %s is left by %s", of, from, event)
				}
			}
		}
	}
}

func TestEndEventLeadsToItsStatus(t *testing.T) {
	t.Parallel()
	for _, status := range model.Statuses() {
		if !status.Complete() {
			continue
		}
		to, err := next(ofTask, TaskTransitions, model.Running, endEvent(status))
		if err != nil || to != status {
			t.Errorf("a task that ends %s becomes %q, %v", status, to, err)
		}
		to, err = next(ofStage, StageTransitions, model.Running, endEvent(status))
		if err != nil || to != status {
			t.Errorf("a stage that ends %s becomes %q, %v", status, to, err)
		}
	}
}

package manifest

import (
	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/stage"
)

// Brought is an object that a deployment has applied.
type Brought struct {
	Account   string `json:"account"`
	Namespace string `json:"namespace,omitempty"`
	// Name is the kind and the name: "deployment web".
	Name string `json:"name"`
	// Versioned says that the object is a version of its own.
	Versioned bool `json:"versioned,omitempty"`
	// Before and After are the ids of a workload's revisions before the deployment
	// and since: what package rollback works with. They are "" for what has none.
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

// BroughtBy is what a deploy stage has applied so far, read from what it remembers;
// nothing for a stage that an earlier version of the program ran.
func BroughtBy(remembered *stage.State) ([]Brought, error) {
	s, err := stateOf(engine.View{State: remembered})
	return s.Brought, err
}

// note writes down what a step of a deployment has brought.
func (w *carrying) note(step Step, result StepResult) {
	if !w.keeps {
		return
	}
	w.state.Brought = append(w.state.Brought, Brought{
		Account: w.account, Namespace: step.Namespace, Name: step.FullName, Versioned: step.Version != nil, Before: step.Before, After: result.After,
	})
}

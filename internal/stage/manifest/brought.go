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
	// Stable says that it became stable, although the stage had to wait for others, which
	// may have failed. It isn't noted of a stage that has succeeded.
	Stable bool `json:"stable,omitempty"`
}

// worked notes of objects that they became stable, and tells whether that is new.
func (s *state) worked(stable []place) (changed bool) {
	there := make(map[place]bool, len(stable))
	for _, p := range stable {
		there[p.plain()] = true
	}
	for i := range s.Brought {
		b := &s.Brought[i]
		if !b.Stable && there[place{Name: b.Name, Location: b.Namespace}.plain()] {
			b.Stable, changed = true, true
		}
	}
	return changed
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

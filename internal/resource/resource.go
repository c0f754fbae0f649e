// Package resource keeps things in their desired state, forever: what is reconciled
// rather than run once.
//
// A [Resource] has a desired state, its spec, which users and other parts of the program
// write, and an observed state: its status and conditions, which only its kind's
// [Reconciler] writes. The reconciler is called whenever the spec has changed, when
// someone wakes the resource, at the time that it asked for, and after an error, with
// growing pauses. It observes the actual state, does what is missing, and reports what it
// has found. It is called again and again, so it needs to remember nothing.
//
// In the whole installation, at most one call for a resource runs at a time. A wake is
// never lost: one that comes during a call leads to another call after it. If a process
// dies, another takes over its work within seconds.
package resource

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/gennaker/gennaker/internal/model"
)

// Resource is something that is kept in the state of its spec.
type Resource struct {
	// Kind and Name are its key; the kind decides who reconciles it.
	Kind string `json:"kind"`
	Name string `json:"name"`
	// Application and Workspace say whom it belongs to; "" if to none in particular.
	Application string `json:"application,omitempty"`
	Workspace   string `json:"workspace,omitempty"`
	// Spec is the wanted state, a JSON value without secrets, and Generation counts its
	// changes from 1.
	Spec       json.RawMessage `json:"spec"`
	Generation int64           `json:"generation"`
	// Status is the state that was found, a JSON value without secrets; Conditions are
	// the part of it that all kinds have, by type. ObservedGeneration is the generation
	// of the spec that they are about.
	Status             json.RawMessage `json:"status"`
	Conditions         []Condition     `json:"conditions"`
	ObservedGeneration int64           `json:"observedGeneration"`
	// Version changes with all of the above. Who writes may say which one it goes by.
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
	// DeletionRequestedAt is when someone asked to delete it; zero if no one did. It is
	// removed when its kind's [Finalizer] has cleaned up.
	DeletionRequestedAt time.Time `json:"deletionRequestedAt,omitzero"`
	// Failures counts the calls in a row that ended with an error.
	Failures int `json:"failures,omitempty"`
}

// DecodeSpec reads the spec into a value.
func (r Resource) DecodeSpec(into any) error {
	if err := model.Unmarshal(r.Spec, into); err != nil {
		return fmt.Errorf("read the spec of %s %s: %w", r.Kind, r.Name, err)
	}
	return nil
}

// DecodeStatus reads the status into a value.
func (r Resource) DecodeStatus(into any) error {
	if err := model.Unmarshal(r.Status, into); err != nil {
		return fmt.Errorf("read the status of %s %s: %w", r.Kind, r.Name, err)
	}
	return nil
}

// Condition is the resource's condition of a type; its status is [Unknown] if it has
// none.
func (r Resource) Condition(conditionType string) Condition {
	for _, c := range r.Conditions {
		if c.Type == conditionType {
			return c
		}
	}
	return Condition{Type: conditionType, Status: Unknown}
}

// Settled reports whether the status is about the current spec: after changing the spec,
// wait for that before you read the conditions.
func (r Resource) Settled() bool { return r.ObservedGeneration == r.Generation }

// Healthy reports whether the resource is settled, and ready.
func (r Resource) Healthy() bool { return r.Settled() && r.Condition(Ready).Status == True }

// Reconciler brings the actual state to the one in a resource's spec, and reports it.
// Several goroutines call it, but only one at a time for a resource.
type Reconciler interface {
	// Reconcile looks at one resource. It ends when ctx does: at its kind's timeout, if
	// this process stops, or if another may have taken the resource over. It is called
	// again after a crash at any point, so that it is idempotent.
	//
	// With an error the resource is looked at again after a pause, and its condition
	// [Ready] is False unless the result says otherwise; the rest of the result counts
	// all the same. The error's text is shown to users.
	Reconcile(ctx context.Context, r Resource) (Result, error)
}

// Finalizer is a [Reconciler] that cleans up before a resource goes. Without it a
// resource is removed as soon as someone asks for it and no call for it is running.
type Finalizer interface {
	// Finalize is called instead of Reconcile once someone has asked to delete the resource.
	// Result.Requeue says that it isn't done yet; otherwise the resource goes.
	Finalize(ctx context.Context, r Resource) (Result, error)
}

// Result is what a reconciler has found.
type Result struct {
	// Status replaces the status, as JSON; nil leaves it.
	Status any
	// Conditions replace those of the same types. Ready is True unless it is among them
	// or there was an error.
	Conditions []Condition
	// RequeueAfter is when to look again, if nothing wakes the resource before; 0 is the
	// kind's Every. Up to a tenth is added at random. After an error the pause is the
	// kind's backoff.
	RequeueAfter time.Duration
}

// Kind is a kind of resources.
type Kind struct {
	Name string
	// Reconciler is called for them; it may be a [Finalizer] too.
	Reconciler Reconciler
	// Every is how often a resource is looked at that nothing wakes; 10 minutes if 0.
	Every time.Duration
	// Timeout bounds a call; 1 minute if 0.
	Timeout time.Duration
	// FirstRetry is the pause after the first error, which doubles with each one in a
	// row up to LongestRetry; 5 seconds and 5 minutes if 0. Up to half of it is left off
	// at random.
	FirstRetry, LongestRetry time.Duration
	// Most is how many calls run at the same time in a process; 8 if 0. So a kind
	// whose calls take long holds up no other.
	Most int
}

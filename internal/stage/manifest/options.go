package manifest

import (
	"context"
	"time"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/engine"
)

// Fetcher reads artifacts. A fault of kind Unavailable is tried again.
type Fetcher interface {
	Fetch(ctx context.Context, artifact map[string]any) ([]byte, error)
}

// Options are what stages use and the times they keep. The zero value takes
// the defaults.
type Options struct {
	// Allow refuses an account that whoever a stage acts for may change nothing
	// in. It is asked before an operation begins; without it everybody may.
	Allow func(who access.Principal, account string) error

	// Artifacts reads manifests that are artifacts; without it, only those that
	// carry their text with them can be used.
	Artifacts Fetcher
	// Evaluate evaluates the expressions in a manifest that was an artifact, as
	// the stage sees them, and gives those that failed, as the context's
	// expressionEvaluationSummary has them; without it they stay as they are.
	Evaluate func(ctx context.Context, stage engine.View, manifest map[string]any) (evaluated, failures map[string]any)

	// History finds earlier deployments; without it none can be rolled back.
	History History

	// Grace is how long a trouble that looks lasting must last before it fails
	// a stage; a minute where 0. A stage's own failFastAfterSeconds takes its
	// place.
	Grace time.Duration
	// RetryFor is how long a cluster that does not answer is asked again
	// before the stage fails; 30 seconds where 0.
	RetryFor time.Duration
	// OutageFor is how long it is asked again once an operation has begun, so
	// that the restart of an API server fails none; 5 minutes where 0.
	OutageFor time.Duration
	// StepBudget is how long one run of a task carries out steps before it
	// lets its progress be stored; 3 seconds where 0.
	StepBudget time.Duration
}

func (o Options) withDefaults() Options {
	if o.Grace == 0 {
		o.Grace = time.Minute
	}
	if o.RetryFor == 0 {
		o.RetryFor = 30 * time.Second
	}
	if o.OutageFor == 0 {
		o.OutageFor = 5 * time.Minute
	}
	if o.StepBudget == 0 {
		o.StepBudget = 3 * time.Second
	}
	return o
}

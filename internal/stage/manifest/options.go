package manifest

import "time"

// Options are the times that stages keep. The zero value takes the defaults.
type Options struct {
	// Grace is how long a trouble that looks lasting must last before it fails
	// a stage; a minute where 0. A stage's own failFastAfterSeconds takes its
	// place.
	Grace time.Duration
	// RetryFor is how long a cluster that does not answer is asked again
	// before the stage fails; 30 seconds where 0.
	RetryFor time.Duration
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
	if o.StepBudget == 0 {
		o.StepBudget = 3 * time.Second
	}
	return o
}

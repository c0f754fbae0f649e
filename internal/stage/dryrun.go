package stage

import "context"

// dryRun is the task that stages have in a dry run: Orca's DryRunTask.
type dryRun struct{}

// Run implements Task.
func (dryRun) Run(context.Context, Input) (Result, error) { return Succeeded(), nil }

// Inline implements Inline.
func (dryRun) Inline() {}

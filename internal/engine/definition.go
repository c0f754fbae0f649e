package engine

import "github.com/gennaker/gennaker/internal/model"

// Definition is the plan of a stage type: which tasks and which synthetic
// stages a stage of that type has. It is pure: it reads the stage and the
// execution it is given and changes neither. An error ends the stage as a
// planning failure, with the error in its context, as Orca does it.
//
// A definition that plans synthetic stages or has a say in control operations
// implements the optional interfaces below too.
type Definition interface {
	// Tasks lists the stage's tasks, in the order they run. It is called once,
	// when the stage starts; none is fine for a stage of synthetic stages only.
	Tasks(stage View) ([]TaskSpec, error)
}

// BeforePlanner plans the stages that run before the stage's own tasks. It is
// called when the stage starts.
type BeforePlanner interface {
	BeforeStages(stage View) ([]Synthetic, error)
}

// AfterPlanner plans the stages that run after the stage's own tasks. It is
// called when the tasks have ended without failure.
type AfterPlanner interface {
	AfterStages(stage View) ([]Synthetic, error)
}

// FailurePlanner plans the stages that run, one after another, when the stage
// has failed.
type FailurePlanner interface {
	OnFailureStages(stage View) ([]Synthetic, error)
}

// RestartPreparer returns the context that the stage is run with again. The
// context it is given may be kept or copied, never changed in place.
type RestartPreparer interface {
	PrepareForRestart(context map[string]any) map[string]any
}

// ManualSkipper reports whether a person may skip the stage while it runs.
type ManualSkipper interface {
	CanManuallySkip(context map[string]any) bool
}

// ChildKeeper is implemented by definitions whose stages wait for executions that
// they have started. KeepChild is asked when such an execution is restarted: it
// returns the context with which the stage, once it is restarted itself, waits for
// that execution instead of starting another one, and false if the stage doesn't
// wait for it (any more). It may keep or copy the context, never change it in place.
type ChildKeeper interface {
	KeepChild(context map[string]any, executionID string) (map[string]any, bool)
}

// PatchChecker reports whether a person may merge entries into the stage's context
// now. Its error, a fault of kind Conflict or Invalid, reaches that person.
// Without it, a stage can be changed at any time, as in Orca.
type PatchChecker interface {
	CheckPatch(stage View, patch map[string]any) error
}

// Canceler marks a definition whose stage must be told when it is cancelled
// or has failed: Orca's CancellableStage. The runner then calls the type's
// Cancel function.
type Canceler interface {
	CancelsOnFailure()
}

// TaskSpec is one task of a plan.
type TaskSpec struct {
	// Name is the task's name as Orca has it, such as "monitorDeploy".
	Name string
	// Class is the name of Orca's class that does this task. It stands in the
	// JSON as implementingClass and finds the implementation here.
	Class string
	// Loop marks a task that belongs to the stage's loop: a task that answers
	// REDIRECT runs the loop again from its first task.
	Loop bool
}

// Synthetic is a stage that a stage's plan adds. Stages with no Requires run
// at the same time.
type Synthetic struct {
	Type, Name string
	// Context is taken over as it is: the engine adds nothing to it.
	Context map[string]any
	// Requires lists the places (from 0, smaller than this one's) of the
	// synthetic stages of the same plan that must have ended before this one.
	Requires []int
}

// Definitions finds the definition of a stage type.
type Definitions interface {
	// Definition returns the definition for a stage, by its context's "alias"
	// or its type; false if there is none.
	Definition(stage *model.Stage) (Definition, bool)
}

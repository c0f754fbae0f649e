// Package stage is the contract between the runner and the stage types: what
// a type is made of, how its tasks are run, and the registry of types. Each
// type has a file or folder of its own below this package.
package stage

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
)

// Type is a stage type: its plan, its tasks and its description. One value of
// it is registered per type.
type Type struct {
	// Name is the type's key in a pipeline, such as "deployManifest".
	Name string
	// Aliases are further keys that mean this type.
	Aliases []string
	// Label and Description say to a person what the stage is and does.
	Label, Description string
	// Schema is the JSON Schema (2020-12) of the stage's own fields. It drives
	// validation when a pipeline is saved or started, and the editor's form.
	// Fields every stage has are not in it, and unknown fields are allowed.
	Schema json.RawMessage
	// Check, where set, reads a stage's fields as its tasks do, and says why they
	// would fail. What it lets pass may still differ from the schema, which is
	// then only odd. Texts with an expression in them are as they are written:
	// see [WithoutExpressions].
	Check func(fields map[string]any) error
	// Definition plans the stage.
	Definition engine.Definition
	// Tasks are the implementations of the definition's tasks, by class.
	Tasks map[string]Task
	// Cancel, where set, is told that a stage was cancelled or has failed, so
	// that it can stop what it started outside. Its result's context and
	// outputs are merged into the stage's; its error is logged. It may be
	// called more than once.
	Cancel func(ctx context.Context, in Input) (Result, error)
}

// Task does one task of a stage. A task is run again whenever it answers
// RUNNING, and after a crash, so it must be idempotent or remember in the
// stage's [State] what it has started before it waits for it.
//
// Run must not block on the outside world for longer than single requests
// take: a task that waits answers RUNNING and is run again after its backoff,
// or at once when a signal comes. Any number of tasks run at the same time.
//
// An error that is [Retryable] has the task run again after its backoff until
// it times out; any other error ends the task as failed, with the error in the
// stage's context in Orca's shape.
type Task interface {
	Run(ctx context.Context, in Input) (Result, error)
}

// TaskFunc is a Task made of a function.
type TaskFunc func(ctx context.Context, in Input) (Result, error)

// Run calls the function.
func (f TaskFunc) Run(ctx context.Context, in Input) (Result, error) { return f(ctx, in) }

// Input is what a task is given. Execution and stage are snapshots: reading
// them is safe while other branches go on, changing them is not allowed.
type Input struct {
	engine.View
	Task *model.Task
	// Now is the time of this run.
	Now time.Time
	Log *slog.Logger
	// Noted says that the task's last answer was a [Note], and that this run
	// follows it directly: what the task wants to do has not been begun yet.
	Noted bool
}

// Decode fills a struct from the stage's own context by the struct's json
// tags, leniently; see [model.Decode].
func (in Input) Decode(into any) error { return model.Decode(in.Stage.Context, into) }

// Principal is who the task acts for: who started the execution or, after a
// judgment that hands its judge on, the judge. Its roles are not recorded.
func (in Input) Principal() access.Principal {
	who := access.Principal{Name: in.Execution.User(), Origin: in.Execution.Origin}
	if recorded := in.Execution.Authentication; recorded != nil {
		who.AllowedAccounts = recorded.AllowedAccounts
	}
	return who
}

// Elapsed is the time since the task was first run.
func (in Input) Elapsed() time.Duration {
	if in.Task == nil || in.Task.StartTime == 0 {
		return 0
	}
	return in.Now.Sub(time.UnixMilli(in.Task.StartTime))
}

// Result is what a task answers: a status, and what to merge into the stage's
// context (seen by this stage, and by everybody who reads or watches the
// execution) and outputs (seen by later stages too).
type Result struct {
	Status  model.Status
	Context map[string]any
	Outputs map[string]any
	// State replaces what the stage remembers privately: nil leaves it as it
	// is, an empty one clears it. See [NewState].
	State *State
	// Noted has the task run again at once, whatever its backoff is; see [Note].
	Noted bool
}

// State is what a stage remembers between its tasks, for itself alone: plans,
// progress, what it has started. A task reads it as Input.State. It stays until
// the stage is restarted or deleted with its execution, also when the stage
// has ended.
type State = engine.State

// NewState encodes a value of the given schema version as a [State]. A value
// that is too large is an error, which a task can return as it is.
func NewState(version int, value any) (*State, error) { return engine.NewState(version, value) }

// Running says that the task is not done and wants to be run again.
func Running() Result { return Result{Status: model.Running} }

// Note says what the task is about to do, before it does something outside that is
// not idempotent: the state is stored, and then the task is run again, at once and
// with Input.Noted set. A run that finds such a state and is not Noted follows a
// crash or an interruption, and can't know whether the thing was done.
func Note(state *State) Result { return Result{Status: model.Running, State: state, Noted: true} }

// Succeeded says that the task is done.
func Succeeded() Result { return Result{Status: model.Succeeded} }

// Failed says that the task has failed.
func Failed() Result { return Result{Status: model.Terminal} }

// With returns the result with entries to merge into the stage's context.
func (r Result) With(context map[string]any) Result {
	r.Context = context
	return r
}

// WithOutputs returns the result with entries to merge into the outputs.
func (r Result) WithOutputs(outputs map[string]any) Result {
	r.Outputs = outputs
	return r
}

// Remember returns the result with a new state of the stage.
func (r Result) Remember(state *State) Result {
	r.State = state
	return r
}

// Inline is implemented by tasks that neither block nor change anything
// outside: they are run where the engine runs, and again after a crash, so
// that their start need not be stored before they run.
type Inline interface {
	Inline()
}

// SometimesInline is implemented by tasks that are [Inline] unless they have to
// ask other servers, which depends on their stage.
type SometimesInline interface {
	InlineNow(in Input) bool
}

// BackingOff is implemented by tasks with a backoff of their own between runs;
// a second otherwise. The stage's backoffPeriodMs is a lower bound.
type BackingOff interface {
	Backoff(in Input) time.Duration
}

// Destined is implemented by tasks that tell what they call: a host, an account.
// Calls to one destination share a bounded number of places in a process, so
// that one that does not answer holds up no stage that has to do with others.
// Without it, or if it answers "", a task shares with those of its class that
// work for the same account.
type Destined interface {
	Destination(in Input) string
}

// TimingOut is implemented by tasks that may only take so long: Orca's
// RetryableTask. overridable says that the stage's stageTimeoutMs takes the
// place of the timeout.
type TimingOut interface {
	Timeout(in Input) (timeout time.Duration, overridable bool)
}

// TimeoutHandler is implemented by tasks that turn a timeout into a result of
// their own: TERMINAL or FAILED_CONTINUE.
type TimeoutHandler interface {
	OnTimeout(ctx context.Context, in Input) Result
}

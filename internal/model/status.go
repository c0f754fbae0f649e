package model

// Status is the state of an execution, a stage or a task, by Orca's
// ExecutionStatus names.
type Status string

// The statuses, each with who moves it on.
const (
	// NotStarted waits for its turn: for upstream stages, or, for a whole
	// execution, for a running one of the same pipeline to end.
	NotStarted Status = "NOT_STARTED"
	// Running is being worked on; the engine moves it on at the next advance,
	// also after a crash.
	Running Status = "RUNNING"
	// Paused waits for a person to resume it.
	Paused Status = "PAUSED"
	// Suspended waits for an outside trigger.
	Suspended Status = "SUSPENDED"
	// Succeeded ended well.
	Succeeded Status = "SUCCEEDED"
	// FailedContinue failed, and what is downstream runs all the same.
	FailedContinue Status = "FAILED_CONTINUE"
	// Terminal failed, and so does all that depends on it.
	Terminal Status = "TERMINAL"
	// Canceled was ended by a person or by the failure of another branch.
	Canceled Status = "CANCELED"
	// Redirect is given by a task that wants its loop run again; it is never
	// the lasting status of anything.
	Redirect Status = "REDIRECT"
	// Stopped failed, and ends its branch alone.
	Stopped Status = "STOPPED"
	// Skipped was never run, and counts as done.
	Skipped Status = "SKIPPED"
	// Buffered waits for the quality-of-service gate to let it start.
	Buffered Status = "BUFFERED"
)

// Statuses lists every status, in Orca's order.
func Statuses() []Status {
	return []Status{
		NotStarted, Running, Paused, Suspended, Succeeded, FailedContinue,
		Terminal, Canceled, Redirect, Stopped, Skipped, Buffered,
	}
}

// ParseStatus returns the status of that name, and whether there is one.
func ParseStatus(name string) (Status, bool) {
	for _, s := range Statuses() {
		if string(s) == name {
			return s, true
		}
	}
	return "", false
}

// Complete tells whether nothing more will happen in this status.
func (s Status) Complete() bool {
	switch s {
	case Succeeded, FailedContinue, Terminal, Canceled, Stopped, Skipped:
		return true
	}
	return false
}

// Halt tells whether what is downstream must not run.
func (s Status) Halt() bool {
	return s == Terminal || s == Canceled || s == Stopped
}

// Successful is Orca's isSuccessful. STOPPED is both a success and a failure.
func (s Status) Successful() bool {
	return s == Succeeded || s == Stopped || s == Skipped
}

// Failure is Orca's isFailure.
func (s Status) Failure() bool {
	return s == Terminal || s == Stopped || s == FailedContinue
}

// LetsDownstreamRun tells whether a stage that requires one in this status may
// start.
func (s Status) LetsDownstreamRun() bool {
	return s == Succeeded || s == FailedContinue || s == Skipped
}

package stage

import "errors"

// Error is a failure of a task as it is shown to a person: it becomes the
// stage's exception in Orca's shape.
type Error struct {
	// Type names the kind of failure as Orca names its exception classes, such
	// as "PreconditionFailureException".
	Type string
	// Message is the one sentence a person reads first.
	Message string
	// Errors are further sentences, one for each thing that is wrong.
	Errors []string
	// Details are merged into the exception's details.
	Details map[string]any
	// Retry says that running the task again may help.
	Retry bool
	// Cause is the error behind this one, if any.
	Cause error
}

// Error gives the message.
func (e *Error) Error() string { return e.Message }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Retryable marks an error as passing: the task is run again after its backoff.
func Retryable(err error) error {
	if err == nil {
		return nil
	}
	return &Error{Type: "RetryableException", Message: err.Error(), Retry: true, Cause: err}
}

// IsRetryable tells whether the task that gave this error is to be run again.
func IsRetryable(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Retry
}

// Explain implements engine.Explainer.
func (e *Error) Explain() (kind, heading string, sentences []string, details map[string]any) {
	kind, heading = e.Type, "Unexpected Task Failure"
	if kind == "" {
		kind = "Exception"
	}
	sentences = e.Errors
	if len(sentences) == 0 {
		sentences = []string{e.Message}
	}
	return kind, heading, sentences, e.Details
}

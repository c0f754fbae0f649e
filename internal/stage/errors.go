package stage

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"slices"
	"strings"
	"syscall"

	"github.com/gennaker/gennaker/internal/fault"
)

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
	// Retry says that running the task again may help. An error without it is
	// final, whatever its cause.
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
// An [Error] says so itself, by its Retry. Any other error is retryable if what
// was called is away for now: a [fault.Unavailable] (a provider, the database
// during a failover), a broken or refused connection, or a single call that
// timed out. Everything else is final.
func IsRetryable(err error) bool {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Retry
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.IsNotFound {
		return false // a host that doesn't exist won't exist in a moment either
	}
	switch fault.KindOf(err) {
	case fault.Unavailable:
		return true
	case fault.Internal:
		return isAway(err)
	}
	return false
}

// isAway tells whether an error says that the other side of a connection is
// away for now.
func isAway(err error) bool {
	if op, ok := errors.AsType[*net.OpError](err); ok && (op.Op == "dial" || op.Op == "read" || op.Op == "write") {
		return true
	}
	if request, ok := errors.AsType[*url.Error](err); ok && errors.Is(request.Err, io.EOF) {
		return true // the connection was closed before the answer
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return true
	}
	for _, away := range []error{
		context.DeadlineExceeded, io.ErrUnexpectedEOF, net.ErrClosed,
		syscall.ECONNREFUSED, syscall.ECONNRESET, syscall.ECONNABORTED, syscall.EPIPE,
	} {
		if errors.Is(err, away) {
			return true
		}
	}
	return false
}

// Failure turns an error of what a task has called into the task's own: one
// that [IsRetryable] if that may help, otherwise a failure with the error's
// sentences. kind names it as Orca names its exception classes; if it is "", the
// kind of fault does.
func Failure(kind string, err error) error {
	if _, ok := errors.AsType[*Error](err); ok || err == nil {
		return err
	}
	if IsRetryable(err) {
		return Retryable(err)
	}
	if kind == "" {
		if kind = exceptions[fault.KindOf(err)]; kind == "" {
			return err
		}
	}
	return &Error{Type: kind, Message: err.Error(), Errors: sentences(err), Cause: err}
}

// sentences are what an error has to say, each thing once: most messages repeat the
// sentences that the error lists.
func sentences(err error) []string {
	message := err.Error()
	known, ok := errors.AsType[*fault.Error](err)
	if !ok || len(known.Errors) == 0 {
		return []string{message}
	}
	if message == strings.Join(known.Errors, "; ") {
		return slices.Clone(known.Errors)
	}
	out := []string{message}
	for _, sentence := range known.Errors {
		if !strings.Contains(message, sentence) {
			out = append(out, sentence)
		}
	}
	return out
}

// Final is [Failure] for an error that running the task again won't mend, or
// has not mended for long enough.
func Final(kind string, err error) error {
	failure := Failure(kind, err)
	if e, ok := errors.AsType[*Error](failure); ok && e.Retry {
		if kind == "" {
			kind = exceptions[fault.Unavailable]
		}
		return &Error{Type: kind, Message: err.Error(), Errors: []string{err.Error()}, Cause: err}
	}
	return failure
}

// HTTPException is what Orca calls the failure of a call to another service.
const HTTPException = "SpinnakerHttpException"

// exceptions names the kinds of fault as Orca names its exception classes.
var exceptions = map[fault.Kind]string{
	fault.Invalid: "IllegalArgumentException", fault.NotFound: "NotFoundException", fault.Forbidden: "AccessDeniedException",
	fault.Conflict: "IllegalStateException", fault.Unavailable: "SpinnakerNetworkException", fault.TooLarge: "IllegalArgumentException",
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

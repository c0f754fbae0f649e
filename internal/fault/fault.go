// Package fault is the vocabulary of errors that reach a user: what kind of
// fault it is, one sentence that says what to do, and where in the input it
// lies. The API turns kinds into HTTP statuses.
package fault

import (
	"errors"
	"fmt"
)

// Kind says whose fault it is and what helps.
type Kind int

// The kinds of fault.
const (
	// Internal is everything that carries no kind: the platform's own fault.
	Internal Kind = iota
	// Invalid is input that can't be taken as it is: 400.
	Invalid
	// NotFound names something that isn't there: 404.
	NotFound
	// Conflict is a change that doesn't fit what is there by now: 409.
	Conflict
	// Forbidden is something this user may not do: 403.
	Forbidden
	// TooLarge is input over a limit: 413.
	TooLarge
	// Unavailable is a passing lack of something needed: 503.
	Unavailable
)

// Error is a fault with a kind.
type Error struct {
	Kind    Kind
	Message string
	// Errors are further sentences, one for each thing that is wrong, each
	// naming the field it is about.
	Errors []string
	cause  error
}

// Error gives the message.
func (e *Error) Error() string { return e.Message }

// Unwrap gives the error behind this one.
func (e *Error) Unwrap() error { return e.cause }

// New returns a fault; the format's %w operand becomes its cause. Texts that are
// very long are cut: a fault must not repeat a large input. Use [Short] for names
// that come from outside.
func New(kind Kind, format string, args ...any) *Error {
	err := fmt.Errorf(format, shortArguments(args)...)
	return &Error{Kind: kind, Message: cut(err.Error(), longestMessage), cause: errors.Unwrap(err)}
}

// With returns the fault with sentences about each thing that is wrong, a hundred
// of them at most.
func (e *Error) With(errs ...string) *Error {
	out := *e
	out.Errors = Sentences(append(append([]string(nil), e.Errors...), errs...))
	return &out
}

// All is one fault of several problems, a sentence each: the first is told, and
// how many more there are. It is nil if there are none.
func All(kind Kind, problems []string) error {
	if len(problems) == 0 {
		return nil
	}
	message := problems[0]
	if more := len(problems) - 1; more > 0 {
		message = fmt.Sprintf("%s (and %d more)", message, more)
	}
	return New(kind, "%s", message).With(problems...)
}

// KindOf is the kind of the nearest fault in the error's chain, or Internal.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

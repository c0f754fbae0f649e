package expression

import (
	"errors"
	"fmt"
	"strings"

	"github.com/gennaker/gennaker/internal/limit"
)

// Failure is why an expression could not be evaluated.
type Failure struct { //nolint:errname // it says what a user did, and is shown as it is
	// Class is the Java exception that the real evaluator would name as the
	// root of the failure, for clients that know Spinnaker's summaries.
	Class string
	// Message says what is wrong, in a sentence without its end.
	Message string
	// At is the place in the expression, in bytes from its start; -1 where the
	// failure has none.
	At int
	// Near lists the known names nearest to one that isn't known.
	Near []string
}

// Error gives the message with the nearest names.
func (f *Failure) Error() string {
	if len(f.Near) == 0 {
		return f.Message
	}
	return f.Message + " (did you mean " + strings.Join(f.Near, " or ") + "?)"
}

// The Java exceptions that clients see in summaries.
const (
	exEvaluation  = "org.springframework.expression.spel.SpelEvaluationException"
	exParse       = "org.springframework.expression.spel.SpelParseException"
	exTemplate    = "org.springframework.expression.ParseException"
	exNoConverter = "org.springframework.core.convert.ConverterNotFoundException"
	exConversion  = "org.springframework.core.convert.ConversionFailedException"
	exHelper      = "com.netflix.spinnaker.kork.expressions.SpelHelperFunctionException"
	exArgument    = "java.lang.IllegalArgumentException"
	exState       = "java.lang.IllegalStateException"
	exCast        = "java.lang.ClassCastException"
	exArithmetic  = "java.lang.ArithmeticException"
	exNull        = "java.lang.NullPointerException"
	exNumber      = "java.lang.NumberFormatException"
	exIndex       = "java.lang.IndexOutOfBoundsException"
	exStringIndex = "java.lang.StringIndexOutOfBoundsException"
	exUnsupported = "java.lang.UnsupportedOperationException"
	exDateTime    = "java.time.DateTimeException"
	exDateParse   = "java.time.format.DateTimeParseException"
	exPattern     = "java.util.regex.PatternSyntaxException"
)

func fail(class, format string, args ...any) *Failure {
	return &Failure{Class: class, Message: fmt.Sprintf(format, args...), At: -1}
}

// problem is a failure of the evaluator itself.
func problem(at int, format string, args ...any) *Failure {
	return &Failure{Class: exEvaluation, Message: fmt.Sprintf(format, args...), At: at}
}

// like adds the names nearest to one that isn't known.
func (f *Failure) like(name string, known []string) *Failure {
	f.Near = nearest(name, known)
	return f
}

// at sets the place of a failure that has none yet.
func at(err error, pos int) error {
	var f *Failure
	if errors.As(err, &f) && f.At < 0 {
		placed := *f
		placed.At = pos
		return &placed
	}
	return err
}

// asFailure is the failure behind an error; an error of another kind becomes
// one.
func asFailure(err error) *Failure {
	if f, ok := errors.AsType[*Failure](err); ok {
		return f
	}
	return &Failure{Class: "java.lang.RuntimeException", Message: err.Error(), At: -1}
}

// nearest lists up to two of the known names that a name was probably meant to
// be: such as differ in two fifths of their letters at most. Expressions have many
// short names, of which more would be near than help.
func nearest(name string, known []string) []string {
	if len(known) > 2000 {
		return nil
	}
	near := limit.Near(name, known, func(candidate string) int {
		if candidate == name || candidate == "" {
			return -1
		}
		return min(max(1, 2*max(len(name), len(candidate))/5), len(name)-1)
	})
	var out []string
	for _, m := range near[:min(len(near), 2)] {
		out = append(out, "'"+m+"'")
	}
	return out
}

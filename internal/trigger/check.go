package trigger

import (
	"strings"

	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/pattern"
)

// Check is one comparison of an event with a trigger.
type Check struct {
	// What was compared: a field of the trigger, such as branch, or a constraint, such
	// as payloadConstraints.env.
	What string `json:"what"`
	// Want is what the trigger asks for, and Got what the event has.
	Want string `json:"want,omitempty"`
	Got  string `json:"got,omitempty"`
	OK   bool   `json:"ok"`
	// Problem says why it can't be compared, such as a pattern that isn't valid.
	Problem string `json:"problem,omitempty"`
}

// longestShown is how many bytes of a value a check shows.
const longestShown = 256

func cut(text string) string {
	if len(text) <= longestShown {
		return text
	}
	return strings.ToValidUTF8(text[:longestShown], "") + "..."
}

func check(what, want, got string, ok bool) Check {
	return Check{What: what, Want: cut(want), Got: cut(got), OK: ok}
}

func broken(what, want, got string, err error) Check {
	c := check(what, want, got, false)
	c.Problem = err.Error()
	return c
}

// equal compares a field of the trigger with a value of the event.
func equal(what string, trigger model.Trigger, got string) Check {
	want := model.String(trigger, what)
	return check(what, want, got, want != "" && want == got)
}

// equalFold does so whatever the case.
func equalFold(what string, trigger model.Trigger, got string) Check {
	want := model.String(trigger, what)
	return check(what, want, got, want != "" && strings.EqualFold(want, got))
}

// whole compares the whole of a value with a pattern.
func whole(what, want, got string) Check {
	ok, err := pattern.Matches(want, got)
	if err != nil {
		return broken(what, want, got, err)
	}
	return check(what, want, got, ok)
}

// javaText is a value as constraints are compared with it.
func javaText(value any) string { return expression.Text(value) }

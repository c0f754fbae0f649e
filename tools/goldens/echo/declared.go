package echo

import "slices"

// difference is a kind of cases in which Gennaker differs from Echo on purpose.
type difference struct {
	// of tells whether a case is of this kind. It goes by what happens in the case, or
	// by words of its name, not by its number: there are more cases of each kind.
	of func(c *Case) bool
	// reason says what Gennaker does, as docs/compatibility.md has it.
	reason string
}

// differences are all of them.
func differences() []difference {
	return slices.Concat(triggerDifferences(), cronDifferences(), notifyDifferences)
}

// declared is why a case may differ, or "".
func declared(c *Case) string {
	for _, d := range differences() {
		if d.of(c) {
			return d.reason
		}
	}
	return ""
}

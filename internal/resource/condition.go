package resource

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/gennaker/gennaker/internal/fault"
)

// Ready is the type of the condition that all resources have: whether it is as its spec
// wants it.
const Ready = "Ready"

// Status is whether a condition holds.
type Status string

// The statuses of a condition.
const (
	True    Status = "True"
	False   Status = "False"
	Unknown Status = "Unknown"
)

// Reasons of [Ready] that reconcilers needn't give.
const (
	// Reconciled says that the last call has ended well.
	Reconciled = "Reconciled"
	// ReconcileFailed, Panicked and TimedOut say how it has ended otherwise.
	ReconcileFailed = "ReconcileFailed"
	Panicked        = "Panicked"
	TimedOut        = "TimedOut"
	// InvalidResult says that the reconciler's answer is over a bound.
	InvalidResult = "InvalidResult"
)

// Condition says one thing about a resource, in the words of Kubernetes'
// metav1.Condition.
type Condition struct {
	// Type is what it says, in CamelCase: "Ready".
	Type   string `json:"type"`
	Status Status `json:"status"`
	// ObservedGeneration is the generation of the spec that it is about.
	ObservedGeneration int64 `json:"observedGeneration"`
	// LastTransitionTime is when Status came to be what it is.
	LastTransitionTime time.Time `json:"lastTransitionTime"`
	// Reason is why, in one word in CamelCase for programs; Message says it to people,
	// without secrets.
	Reason  string `json:"reason"`
	Message string `json:"message"`
}

// The bounds of conditions: how many a resource may have, and how long their parts may
// be. A longer message is cut.
const (
	MostConditions = 32
	longestWord    = 128
	LongestMessage = 2000
)

var word = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)

// merge puts new conditions in the places of those of the same types; times of
// transition stay where the status does.
func merge(old, found []Condition, generation int64, now time.Time) []Condition {
	out := slices.Clone(old)
	for _, c := range found {
		c.ObservedGeneration, c.LastTransitionTime = generation, now
		c.Message = clean(c.Message)
		at := slices.IndexFunc(out, func(o Condition) bool { return o.Type == c.Type })
		if at < 0 {
			out = append(out, c)
			continue
		}
		if out[at].Status == c.Status {
			c.LastTransitionTime = out[at].LastTransitionTime
		}
		out[at] = c
	}
	slices.SortFunc(out, func(a, b Condition) int { return strings.Compare(a.Type, b.Type) })
	return out
}

// check reports what is wrong with a reconciler's conditions; "" for nothing.
func check(conditions []Condition) string {
	for i, c := range conditions {
		twice := slices.ContainsFunc(conditions[:i], func(o Condition) bool { return o.Type == c.Type })
		switch {
		case !isWord(c.Type) || !isWord(c.Reason):
			return "the condition " + shortened(c.Type, longestWord) + " has a type or a reason that is no word in CamelCase"
		case c.Status != True && c.Status != False && c.Status != Unknown:
			return "the condition " + c.Type + " is neither True nor False nor Unknown"
		case twice:
			return "the condition " + c.Type + " is given twice"
		}
	}
	return ""
}

func isWord(text string) bool { return len(text) <= longestWord && word.MatchString(text) }

// clean is a message as it is stored: without passwords in URLs, which errors of clients
// may repeat, in one line, and not too long.
func clean(message string) string {
	message = fault.WithoutUserinfo(strings.ToValidUTF8(message, "?"))
	message = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, message)
	return shortened(strings.TrimSpace(message), LongestMessage)
}

// shortened cuts a text at a number of bytes, not within a letter.
func shortened(text string, most int) string {
	if len(text) <= most {
		return text
	}
	const more = "..."
	most -= len(more)
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most] + more
}

package health

import (
	"cmp"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/model"
)

// object reads an object leniently: what is missing or of another type is the
// zero value.
type object map[string]any

func (o object) metadata() map[string]any { return model.Object(o, "metadata") }
func (o object) spec() map[string]any     { return model.Object(o, "spec") }
func (o object) status() map[string]any   { return model.Object(o, "status") }

// has is a number of the status; 0 if there is none.
func (o object) has(key string) int64 { return number(o.status(), key) }

func number(m map[string]any, key string) int64 {
	n, _ := model.Int(m, key)
	return n
}

// replicas is how many pods are wanted; 1 if nothing is said.
func (o object) replicas() int64 {
	if n, ok := model.Int(o.spec(), "replicas"); ok {
		return n
	}
	return 1
}

// observed tells whether the status is about the present specification. Kinds
// whose status says no generation are taken to be.
func (o object) observed() bool {
	seen, ok := model.Int(o.status(), "observedGeneration")
	return !ok || seen >= number(o.metadata(), "generation")
}

// condition is one of status.conditions.
type condition struct {
	status, reason, message string
	since                   time.Time
}

// condition is the one of a type; the zero value if there is none.
func (o object) condition(kind string) condition {
	for _, c := range model.Objects(o.status(), "conditions") {
		if model.String(c, "type") == kind {
			return condition{
				status: model.String(c, "status"), reason: model.String(c, "reason"), message: model.String(c, "message"),
				since: timeOf(c, "lastTransitionTime"),
			}
		}
	}
	return condition{}
}

func (c condition) isTrue() bool  { return c.status == "True" }
func (c condition) isFalse() bool { return c.status == "False" }

// words are what a condition says, as the end of a sentence.
func (c condition) words() string { return sentence(cmp.Or(c.message, c.reason, "no reason is given")) }

// sentence ends a foreign text as a sentence ends.
func sentence(text string) string {
	text = short(strings.TrimSpace(text))
	if text == "" || strings.HasSuffix(text, ".") || strings.HasSuffix(text, "…") || strings.HasSuffix(text, "!") {
		return text
	}
	return text + "."
}

func timeOf(m map[string]any, key string) time.Time {
	at, err := time.Parse(time.RFC3339, model.String(m, key))
	if err != nil {
		return time.Time{}
	}
	return at
}

// after is a while after a time, if there is one.
func after(at time.Time, d time.Duration) time.Time {
	if at.IsZero() {
		return at
	}
	return at.Add(d)
}

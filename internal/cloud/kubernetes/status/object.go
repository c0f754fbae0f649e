package status

import (
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/gennaker/gennaker/internal/model"
)

// object reads an object leniently: what is missing or of another type is the
// zero value.
type object map[string]any

func (o object) text(path ...string) string {
	value, _, _ := unstructured.NestedString(o, path...)
	return value
}

// number reads a whole number, and tells whether there is one.
func (o object) number(path ...string) (int64, bool) {
	value, found, err := unstructured.NestedFieldNoCopy(o, path...)
	if err != nil || !found {
		return 0, false
	}
	return model.ToInt(value)
}

// count is a number, 0 where there is none.
func (o object) count(path ...string) int64 {
	n, _ := o.number(path...)
	return n
}

func (o object) has(path ...string) bool {
	value, found, err := unstructured.NestedFieldNoCopy(o, path...)
	return err == nil && found && value != nil
}

// reported tells whether a controller has written a status.
func (o object) reported() bool {
	status, _, _ := unstructured.NestedMap(o, "status")
	return len(status) > 0
}

// observed tells whether the status is about the present specification.
func (o object) observed() bool {
	seen, ok := o.number("status", "observedGeneration")
	return ok && seen == o.count("metadata", "generation")
}

// condition is one of status.conditions.
type condition struct {
	kind, status, reason, message string
}

func (o object) conditions() []condition {
	list, _, _ := unstructured.NestedFieldNoCopy(o, "status", "conditions")
	items, _ := list.([]any)
	out := make([]condition, 0, len(items))
	for _, item := range items {
		c, ok := item.(map[string]any)
		if !ok {
			continue
		}
		out = append(out, condition{
			kind: model.String(c, "type"), status: model.String(c, "status"),
			reason: model.String(c, "reason"), message: model.String(c, "message"),
		})
	}
	return out
}

// find returns the first condition of that type and status.
func (o object) find(kind, status string) (condition, bool) {
	for _, c := range o.conditions() {
		if strings.EqualFold(c.kind, kind) && strings.EqualFold(c.status, status) {
			return c, true
		}
	}
	return condition{}, false
}

// words are what a condition says: its message, else its reason.
func (c condition) words(otherwise string) string {
	switch {
	case c.message != "":
		return c.message
	case c.reason != "":
		return c.reason
	}
	return otherwise
}

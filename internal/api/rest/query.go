package rest

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// Query reads the parameters of a request, and remembers what is wrong with
// them, so that a client hears of everything at once.
type Query struct {
	values   url.Values
	problems []string
}

// QueryOf reads the request's query.
func QueryOf(r *http.Request) *Query { return &Query{values: r.URL.Query()} }

// Values are all parameters with all their values.
func (q *Query) Values() url.Values { return q.values }

// Problemf notes what is wrong with the query.
func (q *Query) Problemf(format string, args ...any) {
	q.problems = append(q.problems, fmt.Sprintf(format, args...))
}

// Text is the parameter's value, "" where it is missing.
func (q *Query) Text(name string) string { return q.values.Get(name) }

// Integer is a whole number not below least, or missing where it isn't given.
func (q *Query) Integer(name string, missing, least int64) int64 {
	raw := strings.TrimSpace(q.values.Get(name))
	if raw == "" {
		return missing
	}
	n, err := strconv.ParseInt(raw, 10, 64)
	if err != nil {
		q.Problemf("%s: %q is not a whole number", name, raw)
		return missing
	}
	if n < least {
		q.Problemf("%s must be >= %d: %s=%d", name, least, name, n)
		return missing
	}
	return n
}

// Count is an integer of the size of a list.
func (q *Query) Count(name string, missing, least int) int {
	n := q.Integer(name, int64(missing), int64(least))
	if n > math.MaxInt32 {
		return math.MaxInt32
	}
	return int(n)
}

// Size is how long a list is to be. More than the most counts as the most: a
// client that asks for all there is gets the first part.
func (q *Query) Size(name string, missing, least, most int) int {
	return min(q.Count(name, missing, least), most)
}

// IDs is a list of ids, of which a request may name so many.
func (q *Query) IDs(name string) []string {
	out := q.List(name)
	if len(out) > MaxIDs {
		q.Problemf("%s: names %d ids, and a request may name %d; ask in parts", name, len(out), MaxIDs)
		return nil
	}
	return out
}

// Boolean reads true and false as Spring does: also yes, no, on, off, 1 and 0.
func (q *Query) Boolean(name string, missing bool) bool {
	switch raw := strings.ToLower(strings.TrimSpace(q.values.Get(name))); raw {
	case "":
		return missing
	case "true", "yes", "on", "1":
		return true
	case "false", "no", "off", "0":
		return false
	default:
		q.Problemf("%s: %q is neither true nor false", name, raw)
		return missing
	}
}

// List splits a parameter at its commas, leaving out empty members. A repeated
// parameter counts as one list.
func (q *Query) List(name string) []string {
	var out []string
	for _, value := range q.values[name] {
		for part := range strings.SplitSeq(value, ",") {
			if part = strings.TrimSpace(part); part != "" {
				out = append(out, part)
			}
		}
	}
	return out
}

// Statuses is a list of execution statuses; nil, for all of them, where the
// parameter is missing or empty.
func (q *Query) Statuses() []model.Status {
	var out []model.Status
	for _, name := range q.List("statuses") {
		status, ok := model.ParseStatus(name)
		if !ok {
			q.Problemf("statuses: there is no status %q", name)
			continue
		}
		out = append(out, status)
	}
	return out
}

// Err is the fault of a query with problems, nil without.
func (q *Query) Err() error {
	if len(q.problems) == 0 {
		return nil
	}
	return fault.New(fault.Invalid, "%s", strings.Join(q.problems, "; ")).With(q.problems...)
}

// What a list may hold, whatever a client asks for: more counts as that many.
const (
	// MaxItems is the most of a page of a list.
	MaxItems = 10_000
	// MaxRevisions is the most revisions in a history.
	MaxRevisions = 200
	// MaxIDs is how many ids one request may name.
	MaxIDs = 5000
)

// ContainsFold tells whether a text has a part, whatever the case: how lists are
// searched.
func ContainsFold(text, part string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(part))
}

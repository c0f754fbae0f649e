package api

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

// query reads the parameters of a request, and remembers what is wrong with
// them, so that a client hears of everything at once.
type query struct {
	values   url.Values
	problems []string
}

func queryOf(r *http.Request) *query { return &query{values: r.URL.Query()} }

// text is the parameter's value, "" where it is missing.
func (q *query) text(name string) string { return q.values.Get(name) }

// integer is a whole number not below least, or missing where it isn't given.
func (q *query) integer(name string, missing, least int64) int64 {
	raw := strings.TrimSpace(q.values.Get(name))
	if raw == "" {
		return missing
	}
	n, err := strconv.ParseInt(raw, 10, 64)
	if err != nil {
		q.problems = append(q.problems, fmt.Sprintf("%s: %q is not a whole number", name, raw))
		return missing
	}
	if n < least {
		q.problems = append(q.problems, fmt.Sprintf("%s must be >= %d: %s=%d", name, least, name, n))
		return missing
	}
	return n
}

// count is an integer of the size of a list.
func (q *query) count(name string, missing, least int) int {
	n := q.integer(name, int64(missing), int64(least))
	if n > math.MaxInt32 {
		return math.MaxInt32
	}
	return int(n)
}

// size is how long a list is to be. More than the most counts as the most: a
// client that asks for all there is gets the first part.
func (q *query) size(name string, missing, least, most int) int {
	return min(q.count(name, missing, least), most)
}

// ids is a list of ids, of which a request may name so many.
func (q *query) ids(name string) []string {
	out := q.list(name)
	if len(out) > maxIDs {
		q.problems = append(q.problems, fmt.Sprintf("%s: names %d ids, and a request may name %d; ask in parts", name, len(out), maxIDs))
		return nil
	}
	return out
}

// boolean reads true and false as Spring does: also yes, no, on, off, 1 and 0.
func (q *query) boolean(name string, missing bool) bool {
	switch raw := strings.ToLower(strings.TrimSpace(q.values.Get(name))); raw {
	case "":
		return missing
	case "true", "yes", "on", "1":
		return true
	case "false", "no", "off", "0":
		return false
	default:
		q.problems = append(q.problems, fmt.Sprintf("%s: %q is neither true nor false", name, raw))
		return missing
	}
}

// list splits a parameter at its commas, leaving out empty members. A repeated
// parameter counts as one list.
func (q *query) list(name string) []string {
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

// statuses is a list of execution statuses; nil, for all of them, where the
// parameter is missing or empty.
func (q *query) statuses() []model.Status {
	var out []model.Status
	for _, name := range q.list("statuses") {
		status, ok := model.ParseStatus(name)
		if !ok {
			q.problems = append(q.problems, fmt.Sprintf("statuses: there is no status %q", name))
			continue
		}
		out = append(out, status)
	}
	return out
}

// err is the fault of a query with problems, nil without.
func (q *query) err() error {
	if len(q.problems) == 0 {
		return nil
	}
	return fault.New(fault.Invalid, "%s", strings.Join(q.problems, "; ")).With(q.problems...)
}

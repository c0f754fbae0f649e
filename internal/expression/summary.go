package expression

import (
	"slices"
	"time"

	"github.com/gennaker/gennaker/internal/model"
)

// SummaryKey is where a stage's context has the summary of its expressions.
const SummaryKey = "expressionEvaluationSummary"

// Level tells how bad an entry of a summary is.
type Level string

// The levels.
const (
	// LevelError is for an expression that failed.
	LevelError Level = "ERROR"
	// LevelInfo is for one that gave nothing.
	LevelInfo Level = "INFO"
)

// Entry is what a summary says of one expression.
type Entry struct {
	Level Level
	// Description names the field, the expression and the place.
	Description string
	// ExceptionType is the Java exception that Spinnaker would name; "" for INFO.
	ExceptionType string
	// Timestamp is in milliseconds since the epoch.
	Timestamp int64

	what   string // the message alone
	source string // the text
	object view   // the object around it
}

// same tells whether an entry says the same of the same fields.
func (e Entry) same(o Entry) bool {
	return e.Level == o.Level && e.ExceptionType == o.ExceptionType && e.what == o.what && e.source == o.source &&
		slices.Equal(fieldsOf(e.object, e.source), fieldsOf(o.object, o.source))
}

// fieldsOf lists the keys of an object that hold a text, at any depth of
// objects within.
func fieldsOf(object view, text string) []any {
	if object.len() > 1000 {
		return nil
	}
	var out []any
	for _, k := range object.keys() {
		if holds(object.get(k), text, 0) {
			out = append(out, k)
		}
	}
	return out
}

func holds(v any, text string, depth int) bool {
	if v == text {
		return true
	}
	m, ok := asMap(v)
	if !ok || depth > 20 || m.len() > 1000 {
		return false
	}
	for _, k := range m.keys() {
		if k == text || holds(m.get(k), text, depth+1) {
			return true
		}
	}
	return false
}

// Summary tells what was evaluated and what of it could not be.
type Summary struct {
	now       func() time.Time
	entries   map[string][]Entry
	attempted map[string]bool
	failures  int
	total     int

	unanswered []Asked
}

// maxEntries is how often the same expression is told of.
const maxEntries = 20

func newSummary(now func() time.Time) *Summary { return &Summary{now: now} }

// Entries are the failures by expression, without its ${}.
func (s *Summary) Entries() map[string][]Entry { return s.entries }

// Failures counts the texts that could not be evaluated wholly.
func (s *Summary) Failures() int { return s.failures }

// Total counts the texts that held an expression.
func (s *Summary) Total() int { return s.total }

// Attempted tells whether an expression was evaluated, and Failed whether it
// failed.
func (s *Summary) Attempted(key string) bool { return s.attempted[key] }

// Failed tells whether an expression is among the entries.
func (s *Summary) Failed(key string) bool { return len(s.entries[key]) > 0 }

// Unanswered lists the questions to the outside that no answer was known to. If
// there are any, the texts that asked them stand as they were.
func (s *Summary) Unanswered() []Asked { return s.unanswered }

// unanswer takes back that a text was evaluated.
func (s *Summary) unanswer(key string) {
	s.total--
	delete(s.attempted, key)
}

func (s *Summary) attempt(key string) {
	s.total++
	if s.attempted == nil {
		s.attempted = map[string]bool{}
	}
	s.attempted[key] = true
}

func (s *Summary) add(key string, e Entry) {
	s.failures++
	for _, have := range s.entries[key] {
		if have.same(e) {
			return
		}
	}
	if s.entries == nil {
		s.entries = map[string][]Entry{}
	}
	if len(s.entries[key]) >= maxEntries {
		return
	}
	e.Timestamp = s.now().UnixMilli()
	s.entries[key] = append(s.entries[key], e)
}

// merge adds what another summary tells.
func (s *Summary) merge(other *Summary) {
	s.failures += other.failures
	s.unanswered = append(s.unanswered, other.unanswered...)
	s.total += other.total
	for key := range other.attempted {
		if s.attempted == nil {
			s.attempted = map[string]bool{}
		}
		s.attempted[key] = true
	}
	for key, entries := range other.entries {
		if s.entries == nil {
			s.entries = map[string][]Entry{}
		}
		s.entries[key] = append(s.entries[key], entries...)
	}
}

// Object is the summary as Spinnaker's JSON has it.
func (s *Summary) Object() map[string]any {
	out := make(map[string]any, len(s.entries))
	for key, entries := range s.entries {
		list := make([]any, len(entries))
		for i, e := range entries {
			m := map[string]any{"level": string(e.Level), "description": e.Description, "timestamp": e.Timestamp}
			if e.ExceptionType != "" {
				m["exceptionType"] = e.ExceptionType
			}
			list[i] = m
		}
		out[key] = list
	}
	return out
}

// With returns a document with the summary in it, where something failed.
func (s *Summary) With(document map[string]any) map[string]any {
	if s.failures == 0 {
		return document
	}
	return model.Merge(document, map[string]any{SummaryKey: s.Object()})
}

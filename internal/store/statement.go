package store

import (
	"strconv"
	"strings"
	"sync/atomic"
)

// Statement is one SQL text for both databases, with ? for its parameters.
type Statement struct {
	text     string // SQLite's placeholders: ?
	postgres string // PostgreSQL's placeholders: $1, $2, ...
	// uses tells SQLite which statements are worth preparing: those that are used again.
	// One that is put together at run time is used once.
	uses atomic.Int64
}

// reused counts a use, and reports whether it isn't the first.
func (st *Statement) reused() bool { return st.uses.Add(1) > 1 }

// NewStatement makes a statement for the tables of another package. It may
// have a text of its own for PostgreSQL; if that is "", one text does for both.
func NewStatement(text, postgres string) *Statement {
	st := statement(text)
	if postgres != "" {
		st.postgres = numbered(strings.TrimSpace(postgres))
	}
	return st
}

// statement makes one whose text does for both databases.
func statement(text string) *Statement {
	text = strings.TrimSpace(text)
	return &Statement{text: text, postgres: numbered(text)}
}

// numbered turns each ? outside of quotes into $1, $2 and so on.
func numbered(text string) string {
	var out strings.Builder
	out.Grow(len(text) + 16)
	n, quoted := 0, false
	for i := range len(text) {
		switch c := text[i]; {
		case c == '\'':
			quoted = !quoted
			out.WriteByte(c)
		case c == '?' && !quoted:
			n++
			out.WriteByte('$')
			out.WriteString(strconv.Itoa(n))
		default:
			out.WriteByte(c)
		}
	}
	return out.String()
}

// marks is "?, ?, ?" for n parameters.
func marks(n int) string {
	if n <= 0 {
		return ""
	}
	return strings.Repeat("?, ", n-1) + "?"
}

// Postgres is the text with PostgreSQL's placeholders, for those who put a
// statement into a batch of their own.
func (st *Statement) Postgres() string { return st.postgres }

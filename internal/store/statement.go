package store

import (
	"strconv"
	"strings"
)

// Statement is one SQL text for both databases, with ? for its parameters.
type Statement struct {
	text     string // SQLite's placeholders: ?
	postgres string // PostgreSQL's placeholders: $1, $2, ...
}

// statements lists what is prepared ahead on SQLite's one writing connection:
// inside a transaction that connection is taken, and database/sql can prepare
// nothing that outlasts the transaction.
var statements []*Statement

// prepared makes a statement that is prepared once per connection. It is for
// package variables only.
func prepared(text string) *Statement {
	st := adhoc(text)
	statements = append(statements, st)
	return st
}

// NewStatement makes a statement for the tables of another package. It may
// have a text of its own for PostgreSQL; if that is "", one text does for both.
func NewStatement(text, postgres string) *Statement {
	st := adhoc(text)
	if postgres != "" {
		st.postgres = numbered(strings.TrimSpace(postgres))
	}
	return st
}

// adhoc makes a statement that is put together at run time.
func adhoc(text string) *Statement {
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

package template

import (
	"testing"

	"github.com/gennaker/gennaker/internal/limit/limittest"
)

// FuzzParseDocument: a template's text takes no more memory than its bound.
func FuzzParseDocument(f *testing.F) {
	for _, text := range []string{`{"schema":"v2"}`, "schema: v2\nstages: [{type: wait}]", "a: 'b", "- ["} {
		f.Add(text)
	}
	for _, bomb := range limittest.YAMLBombs() {
		f.Add(bomb)
	}
	for _, bomb := range limittest.JSONBombs() {
		f.Add(`{"a":` + bomb + "}")
	}
	f.Fuzz(func(t *testing.T, text string) {
		limittest.Bounded(t, len(text), 10_000, func() { _, _ = parseDocument([]byte(text)) })
	})
}

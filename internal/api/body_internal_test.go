package api

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/limit/limittest"
)

// FuzzReadBody: a body in JSON or YAML takes no more memory than its bound, and
// what is wrong with it is the client's fault.
func FuzzReadBody(f *testing.F) {
	for _, text := range []string{`{"a":[1,2]}`, "a: 1", "{", "a: &a [*a]", "\xff\xfe{\x00}\x00", ""} {
		f.Add(text, true)
		f.Add(text, false)
	}
	for _, bomb := range limittest.YAMLBombs() {
		f.Add(bomb, true)
	}
	for _, bomb := range limittest.JSONBombs() {
		f.Add(bomb, false)
	}
	s := &server{config: Config{}.withDefaults()}
	f.Fuzz(func(t *testing.T, text string, yaml bool) {
		limittest.Bounded(t, len(text), 2000, func() {
			r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(text))
			if yaml {
				r.Header.Set("Content-Type", yamlType)
			}
			var value any
			if _, err := s.readBody(r, &value); err != nil {
				if status := statusOf(err); status < 400 || status > 499 {
					t.Errorf("the status is %d: %v", status, err)
				}
			}
		})
	})
}

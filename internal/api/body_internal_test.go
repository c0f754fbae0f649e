package api

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/api/rest"
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
	memory := rest.NewMemory(192<<20, time.Second, 32<<20)
	f.Fuzz(func(t *testing.T, text string, yaml bool) {
		limittest.Bounded(t, len(text), 2000, func() {
			r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(text))
			if yaml {
				r.Header.Set("Content-Type", rest.YAMLType)
			}
			r, release := memory.Reserve(r)
			defer release()
			var value any
			if _, err := rest.ReadBody(r, &value); err != nil {
				if status := statusOf(err); status < 400 || status > 499 {
					t.Errorf("the status is %d: %v", status, err)
				}
			}
		})
	})
}

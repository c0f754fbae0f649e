package rest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// TestByteOrderMark: Jackson skips one, so that clients may send one.
func TestByteOrderMark(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"", "application/json", "application/yaml"} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader("\ufeff{\"a\": 1}"))
		r.Header.Set("Content-Type", kind)
		var into map[string]any
		if present, err := ReadBody(r, &into); err != nil || !present || len(into) != 1 {
			t.Errorf("%s: %v, %v", kind, into, err)
		}
	}
}

func FuzzMalformedBody(f *testing.F) {
	f.Add("{\n\"a\": }", int64(8))
	f.Add("", int64(0))
	f.Fuzz(func(t *testing.T, text string, offset int64) {
		if offset < 0 {
			t.Skip()
		}
		if line, column := position([]byte(text), offset); line < 1 || column < 1 || line > strings.Count(text, "\n")+1 {
			t.Errorf("line %d, column %d", line, column)
		}
		var into map[string]any
		if err := model.Unmarshal([]byte(text), &into); err != nil {
			if wrong := malformed([]byte(text), err); fault.KindOf(wrong) != fault.Invalid {
				t.Errorf("it is no fault of the client's: %v", wrong)
			}
		}
	})
}

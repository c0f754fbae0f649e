package rest

import (
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

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

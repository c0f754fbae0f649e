package executions

import (
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
)

func TestTriggerMatches(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value, wanted string
		want          bool
	}{
		{`"Main"`, `"main"`, true},
		{`"main"`, `"ma.*"`, true},
		{`"main"`, `"ma"`, false},
		{`"("`, `"("`, true},
		{`"x"`, `"("`, false},
		{`"1"`, `1`, false},
		{`1`, `1`, true},
		{`true`, `true`, true},
		{`true`, `false`, false},
		{`{"a":1,"b":2}`, `{"a":1}`, true},
		{`{"a":1}`, `{"a":1,"b":2}`, false},
		{`{}`, `{"a":null}`, true},
		{`[1,2,3]`, `[3,1]`, true},
		{`[1]`, `[1,1]`, false},
		{`[]`, `[]`, true},
		{`[{"n":"a","v":"1"},{"n":"a"}]`, `[{"n":"a"},{"n":"a","v":"1"}]`, true},
		{`"x"`, `["x"]`, false},
	} {
		var value, wanted any
		if err := model.Unmarshal([]byte(c.value), &value); err != nil {
			t.Fatal(err)
		}
		if err := model.Unmarshal([]byte(c.wanted), &wanted); err != nil {
			t.Fatal(err)
		}
		if got := triggerMatches(value, wanted); got != c.want {
			t.Errorf("%s against %s: %v", c.value, c.wanted, got)
		}
	}
}

func FuzzTriggerMatches(f *testing.F) {
	f.Add(`{"a":[1,{"b":"x"}]}`, `{"a":[{"b":".*"}]}`)
	f.Add(`[[],[],[]]`, `[[],[]]`)
	f.Fuzz(func(t *testing.T, value, wanted string) {
		var v, w any
		if model.Unmarshal([]byte(value), &v) != nil || model.Unmarshal([]byte(wanted), &w) != nil {
			t.Skip()
		}
		triggerMatches(v, w)
		// Without texts, which may be patterns, a value matches itself.
		if !strings.Contains(value, `"`) && !triggerMatches(v, v) {
			t.Errorf("%s does not match itself", value)
		}
	})
}

package manifest

import (
	"reflect"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit/limittest"
	"github.com/gennaker/gennaker/internal/model"
)

func TestDecode(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text  string
		names []string
		err   string
	}{
		"one":          {"kind: A\nmetadata: {name: x}", []string{"x"}, ""},
		"json":         {`{"kind":"A","metadata":{"name":"x"}}`, []string{"x"}, ""},
		"documents":    {"---\nmetadata: {name: x}\n---\n# nothing\n---\nmetadata: {name: z}\n---\n", []string{"x", "z"}, ""},
		"List":         {"kind: List\nitems:\n- metadata: {name: x}\n- kind: List\n  items: [{metadata: {name: z}}]", []string{"x", "z"}, ""},
		"list":         {"- metadata: {name: x}\n- metadata: {name: z}", []string{"x", "z"}, ""},
		"empty List":   {"kind: List", nil, ""},
		"nothing":      {"", nil, ""},
		"words":        {"---\nmetadata: {name: x}\n---\njust words", nil, "document 2 is plain text"},
		"number":       {"7", nil, "document 1: a manifest must be an object"},
		"bad yaml":     {"kind: A\n---\nkind: [", nil, "document 2 is not valid YAML"},
		"list of what": {"- 1", nil, "document 1: item 0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list, err := Decode([]byte(test.text))
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) || fault.KindOf(err) != fault.Invalid {
					t.Fatalf("the error is %v, want %q", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, m := range list {
				names = append(names, model.String(model.Object(m, "metadata"), "name"))
			}
			if !reflect.DeepEqual(names, test.names) {
				t.Errorf("got %v, want %v", names, test.names)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{"kind: A\nmetadata: {name: x}", "---\n---\n- a", `{"kind":"List","items":[{}]}`, "a: &a [*a]", "\"'\""} {
		f.Add(seed)
	}
	for _, bomb := range limittest.YAMLBombs() {
		f.Add(bomb)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var (
			list []map[string]any
			err  error
		)
		limittest.Bounded(t, len(text), 1000, func() { list, err = Decode([]byte(text)) })
		if err != nil {
			return
		}
		for _, m := range list {
			if _, err := PlainObject(m); err != nil {
				t.Fatalf("what was decoded can't be encoded: %v", err)
			}
		}
	})
}

package expression

import (
	"slices"
	"testing"
)

// TestEveryFunctionIsDescribed, with as many parameters as it takes beside the
// execution.
func TestEveryFunctionIsDescribed(t *testing.T) {
	t.Parallel()
	define()
	var names []string
	for _, f := range Functions() {
		names = append(names, f.Name)
		m := functions[f.Name]
		if m == nil {
			continue
		}
		want := len(m.params)
		if want > 0 && m.params[0] == classPipelineExecution {
			want--
		}
		if f.Description == "" || len(f.Parameters) != want {
			t.Errorf("%s is described with %d parameters, and takes %d", f.Name, len(f.Parameters), want)
		}
	}
	if !slices.Equal(names, functionNames()) {
		t.Errorf("described: %v\nthere are: %v", names, functionNames())
	}
}

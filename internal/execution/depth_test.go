package execution

import (
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// descendant is an execution of a pipeline that the given ones have started,
// each the next.
func descendant(names ...string) *model.Execution {
	var e *model.Execution
	for _, name := range names {
		trigger := model.Trigger{"type": "manual"}
		if e != nil {
			trigger = model.Trigger{"type": "pipeline", "parentExecution": parentSummary(e)}
		}
		e = &model.Execution{Application: "shop", Name: name, PipelineConfigID: "id-" + name, Trigger: trigger}
	}
	return e
}

func TestChainsOfExecutionsAreBounded(t *testing.T) {
	t.Parallel()
	many := make([]string, 20)
	for i := range many {
		many[i] = string(rune('a' + i))
	}
	for name, tc := range map[string]struct {
		limit  int
		parent []string
		child  string
		want   string // what the error says; "" for none
	}{
		"a child":                 {2, []string{"a"}, "b", ""},
		"a child too deep":        {2, []string{"a", "b"}, "c", "Pipeline shop/c can't be started: it would be the 3rd execution in a chain of pipelines that start each other, and engine.maxPipelineDepth allows 2. The chain: shop/a > shop/b > shop/c."},
		"itself, while it may":    {3, []string{"a", "a"}, "a", ""},
		"itself":                  {3, []string{"a", "a", "a"}, "a", "They form a circle: shop/a > shop/a. Remove"},
		"a circle behind a start": {4, []string{"root", "a", "b", "c"}, "a", "it would be the 5th execution in a chain of pipelines that start each other, and engine.maxPipelineDepth allows 4. They form a circle: shop/a > shop/b > shop/c > shop/a. Remove"},
		"a long chain":            {20, many, "z", "the 21st execution in a chain of pipelines that start each other, and engine.maxPipelineDepth allows 20. The chain: shop/a > shop/b > shop/c > shop/d > shop/e > shop/f > (9 more) > shop/p > shop/q > shop/r > shop/s > shop/t > shop/z."},
		"nothing but itself":      {1, []string{"a"}, "b", "allows 1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &Service{maxDepth: tc.limit}
			err := s.checkDepth(descendant(tc.parent...), model.Pipeline{"application": "shop", "name": tc.child, "id": "id-" + tc.child})
			if tc.want == "" {
				if err != nil {
					t.Fatalf("refused: %v", err)
				}
				return
			}
			if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
}

func TestOrdinal(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 11: "11th", 12: "12th", 13: "13th", 21: "21st", 101: "101st", 111: "111th"} {
		if got := ordinal(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
}

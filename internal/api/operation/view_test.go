package operation_test

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/api/operation"
	"github.com/gennaker/gennaker/internal/model"
)

// TestTaskViewIsOrcas shows a recorded execution as a task, and compares it
// with what Orca made of it.
func TestTaskViewIsOrcas(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/golden/task.json")
	if err != nil {
		t.Fatal(err)
	}
	var recorded struct {
		Execution *model.Execution `json:"execution"`
	}
	var want, got map[string]any
	if err := model.Unmarshal(data, &recorded); err != nil {
		t.Fatal(err)
	}
	if err := model.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	shown, err := model.Marshal(operation.View(recorded.Execution))
	if err != nil {
		t.Fatal(err)
	}
	if err := model.Unmarshal(shown, &got); err != nil {
		t.Fatal(err)
	}
	for _, task := range []map[string]any{want, got} { // Orca's order is a hash map's
		slices.SortFunc(model.List(task, "variables"), func(a, b any) int {
			return strings.Compare(model.String(a.(map[string]any), "key"), model.String(b.(map[string]any), "key"))
		})
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("shown as\n%v\nwant\n%v", got, want)
	}
}

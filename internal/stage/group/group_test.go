package group_test

import (
	"encoding/json"
	"testing"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/stage/group"
)

func TestGroupHasNothingToDo(t *testing.T) {
	t.Parallel()
	kind := group.Type()
	specs, err := kind.Definition.Tasks(engine.View{})
	if err != nil || len(specs) != 0 {
		t.Fatalf("got %v, %v", specs, err)
	}
	if !json.Valid(kind.Schema) {
		t.Error("the schema is not JSON")
	}
}

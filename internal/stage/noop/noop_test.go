package noop_test

import (
	"testing"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/noop"
)

func TestNoopHasNothingToDo(t *testing.T) {
	t.Parallel()
	kind := noop.Type()
	specs, err := kind.Definition.Tasks(engine.View{})
	if err != nil || len(specs) != 0 {
		t.Fatalf("got %v, %v", specs, err)
	}
	if _, err := stage.NewValidator(stage.NewRegistry(kind)); err != nil {
		t.Error(err)
	}
}

package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/gennaker/gennaker/internal/fault"
)

func TestKindOf(t *testing.T) {
	t.Parallel()
	cause := errors.New("cause")
	err := fault.New(fault.Conflict, "it changed: %w", cause).With("a", "b")
	wrapped := fmt.Errorf("save: %w", err)
	if fault.KindOf(wrapped) != fault.Conflict || fault.KindOf(cause) != fault.Internal || fault.KindOf(nil) != fault.Internal {
		t.Error("kinds are found wrong")
	}
	if !errors.Is(wrapped, cause) || err.Error() != "it changed: cause" || len(err.Errors) != 2 {
		t.Errorf("got %+v", err)
	}
	if more := err.With("c"); len(more.Errors) != 3 || len(err.Errors) != 2 {
		t.Error("With changed the fault it was called on")
	}
}

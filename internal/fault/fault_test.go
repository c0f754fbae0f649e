package fault_test

import (
	"errors"
	"fmt"
	"strings"
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

// TestLongInput: no error repeats a large input.
func TestLongInput(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 1<<20)
	if got := fault.Short(long); got != strings.Repeat("é", 100)+"... (2097152 bytes)" {
		t.Errorf("Short gives %q", got)
	}
	if got := fault.Short("name"); got != "name" {
		t.Errorf("Short gives %q", got)
	}
	err := fault.New(fault.Invalid, "type %q isn't known: %w", long, errors.New(long))
	if len(err.Message) > 20_000 || !strings.HasPrefix(err.Message, "type \"é") {
		t.Errorf("the message is %d bytes long", len(err.Message))
	}
	many := make([]string, 5_000)
	for i := range many {
		many[i] = long
	}
	err = err.With(many...)
	if n := len(err.Errors); n != 101 || err.Errors[100] != "and 4900 more" || len(err.Errors[0]) > 20_000 {
		t.Errorf("%d errors, the last is %q", n, err.Errors[n-1])
	}
}

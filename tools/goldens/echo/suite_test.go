package echo_test

import (
	"testing"

	"github.com/gennaker/gennaker/tools/goldens/echo"
	"github.com/gennaker/gennaker/tools/goldens/recordedtest"
)

// TestRecorded holds the code to what was recorded from Echo.
func TestRecorded(t *testing.T) {
	t.Parallel()
	recordedtest.Run(t, echo.Suite{}, "testdata")
}

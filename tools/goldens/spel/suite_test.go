package spel_test

import (
	"testing"

	"github.com/gennaker/gennaker/tools/goldens/recordedtest"
	"github.com/gennaker/gennaker/tools/goldens/spel"
)

// TestRecorded holds expressions to what was recorded from Orca's evaluator.
func TestRecorded(t *testing.T) {
	t.Parallel()
	recordedtest.Run(t, spel.Suite{}, "../../../internal/expression/testdata/golden")
}

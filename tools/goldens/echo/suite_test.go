package echo_test

import (
	"strings"
	"testing"

	"github.com/gennaker/gennaker/tools/goldens/echo"
)

// TestRecorded holds the code to what was recorded from Echo.
func TestRecorded(t *testing.T) {
	t.Parallel()
	report, err := echo.Suite{}.Run(t.Context(), "testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range report.Results {
		if len(r.Mismatches) > 0 && r.Declared == "" {
			t.Errorf("%s:\n\t%s", r.Case, strings.Join(r.Mismatches, "\n\t"))
		}
	}
}

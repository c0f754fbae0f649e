// Package recordedtest runs recorded answers as tests.
package recordedtest

import (
	"strings"
	"testing"

	"github.com/gennaker/gennaker/tools/goldens/recorded"
)

// Run runs the cases of a directory, of which there must be some. Each that differs and
// isn't declared to is an error.
func Run(t *testing.T, suite recorded.Suite, dir string) {
	t.Helper()
	report, err := suite.Run(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Results) == 0 {
		t.Errorf("%s has no cases", dir)
	}
	for _, r := range report.Results {
		if len(r.Mismatches) > 0 && r.Declared == "" {
			t.Errorf("%s:\n\t%s", r.Case, strings.Join(r.Mismatches, "\n\t"))
		}
	}
}

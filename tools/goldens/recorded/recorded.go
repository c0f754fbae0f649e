// Package recorded is what the suites of recorded answers share: the report, and how
// JSON is compared.
package recorded

import (
	"context"
	"fmt"
	"io"
	"strings"
)

// Suite runs the recorded cases of one system.
type Suite interface {
	// Run runs the cases of a directory. Its error says why they can't be run; cases
	// that differ are in the report.
	Run(ctx context.Context, dir string) (Report, error)
}

// Result is what became of one case.
type Result struct {
	Case string
	// Mismatches are the differences, a line each; none if the case matches.
	Mismatches []string
	// Declared is why the case may differ, or "".
	Declared string
}

// Report is what became of all cases.
type Report struct{ Results []Result }

// OK tells whether every case matches or is declared to differ. A directory without
// cases is no success.
func (r Report) OK() bool {
	for _, result := range r.Results {
		if len(result.Mismatches) > 0 && result.Declared == "" {
			return false
		}
	}
	return len(r.Results) > 0
}

// Print writes a line for each mismatch, the declared differences, and how many match.
func (r Report) Print(out io.Writer) {
	matching := 0
	for _, result := range r.Results {
		switch {
		case len(result.Mismatches) == 0:
			matching++
		case result.Declared != "":
			fmt.Fprintf(out, "%s: differs as declared: %s\n", result.Case, result.Declared)
		default:
			for _, line := range result.Mismatches {
				fmt.Fprintf(out, "%s: %s\n", result.Case, strings.ReplaceAll(line, "\n", `\n`))
			}
		}
	}
	fmt.Fprintf(out, "%d of %d match\n", matching, len(r.Results))
}

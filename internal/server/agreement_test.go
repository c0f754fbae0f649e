package server_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/pipelinecheck"
	"github.com/gennaker/gennaker/internal/server"
)

// TestTheValidatorRefusesNothingThatRuns: what the recorded Orca has run to its end
// has no errors.
func TestTheValidatorRefusesNothingThatRuns(t *testing.T) {
	t.Parallel()
	catalogue, err := server.NewCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	checker := pipelinecheck.New(catalogue)
	runs, err := filepath.Glob("testdata/orca/*/execution.json")
	if err != nil || len(runs) == 0 {
		t.Fatalf("no recorded runs: %v", err)
	}
	read := func(path string) map[string]any {
		var out map[string]any
		text, err := os.ReadFile(path)
		if err == nil {
			err = model.Unmarshal(text, &out)
		}
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		return out
	}
	checked := 0
	for _, run := range runs {
		folder, ran := filepath.Dir(run), read(run)
		if model.String(ran, "status") != "SUCCEEDED" {
			continue
		}
		checked++
		_, problems := checker.CheckDocument(model.Object(read(filepath.Join(folder, "request.json")), "body"))
		for _, p := range problems {
			if p.Severity == pipelinecheck.Error {
				t.Errorf("%s has run, and yet: %s", filepath.Base(folder), p)
			}
		}
	}
	if checked < 10 {
		t.Errorf("only %d runs have succeeded", checked)
	}
}

package status_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes/status"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/stage/manifest"
	"github.com/gennaker/gennaker/internal/yamldoc"
	"github.com/gennaker/gennaker/internal/yamldoc/yamltest"
)

// example is an object of testdata and the status it has.
type example struct {
	Name   string          `json:"name"`
	Object map[string]any  `json:"object"`
	Want   manifest.Status `json:"want"`
	// Says are words of the message of what is not as it should be.
	Says string `json:"says"`
}

func TestOf(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var examples []example
		yamltest.DecodeStrict(t, data, &examples)
		for _, e := range examples {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml")+"/"+e.Name, func(t *testing.T) {
				t.Parallel()
				got := status.Of(e.Object)
				if got.Stable.State != e.Want.Stable.State || got.Available.State != e.Want.Available.State ||
					got.Paused.State != e.Want.Paused.State || got.Failed.State != e.Want.Failed.State {
					t.Errorf("got %+v, want %+v", got, e.Want)
				}
				all := got.Stable.Message + got.Available.Message + got.Paused.Message + got.Failed.Message
				if !strings.Contains(all, e.Says) {
					t.Errorf("it says %q, want %q", all, e.Says)
				}
			})
		}
	}
}

// Whatever an object looks like, it has a status.
func FuzzOf(f *testing.F) {
	for _, kind := range []string{"apps/v1 Deployment", "apps/v1 StatefulSet", "batch/v1 Job", "v1 Pod", "v1 Service", "example.com/v1 Gadget"} {
		f.Add(kind, `{"spec":{"replicas":1},"status":{"conditions":[{"type":"Ready","status":"False"}]}}`)
		f.Add(kind, `{"spec":[],"status":{"conditions":{"a":1},"replicas":"x"}}`)
	}
	f.Fuzz(func(_ *testing.T, kind, text string) {
		var object map[string]any
		checked, err := yamldoc.Check([]byte(text), limit.Document)
		if err != nil || checked.Decode(&object) != nil || object == nil {
			return
		}
		object["apiVersion"], object["kind"], _ = strings.Cut(kind, " ")
		status.Of(object)
	})
}

package masking

import (
	"testing"

	"github.com/gennaker/gennaker/internal/yamldoc/yamltest"
)

// TestUnusualYAML: what is left of a text beside a Secret, and as what its values
// are compared.
func TestUnusualYAML(t *testing.T) {
	t.Parallel()
	yamltest.Recorded(t, "testdata/yaml-masked.json", func(text string) (any, error) {
		return Value("kind: Secret\nstringData: {p: hunter2}\n---\n" + text), nil
	})
	yamltest.Recorded(t, "testdata/yaml-read.json", func(text string) (any, error) { return decode(text) })
}

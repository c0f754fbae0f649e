package manifest

import (
	"testing"

	"github.com/gennaker/gennaker/internal/yamldoc/yamltest"
)

// TestUnusualYAML: manifests are read as kubectl reads them.
func TestUnusualYAML(t *testing.T) {
	t.Parallel()
	yamltest.Recorded(t, "testdata/yaml.json", func(text string) (any, error) { return Decode([]byte(text)) })
}

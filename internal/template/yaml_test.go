package template

import (
	"testing"

	"github.com/gennaker/gennaker/internal/yamldoc/yamltest"
)

// TestUnusualYAML: what texts that templates render to become.
func TestUnusualYAML(t *testing.T) {
	t.Parallel()
	yamltest.Recorded(t, "testdata/yaml.json", convert)
}

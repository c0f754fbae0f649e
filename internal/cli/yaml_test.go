package cli

import (
	"testing"

	"github.com/gennaker/gennaker/internal/yamldoc/yamltest"
)

// TestUnusualYAML: what the command line makes of YAML that decoders differ in.
func TestUnusualYAML(t *testing.T) {
	t.Parallel()
	yamltest.Recorded(t, "testdata/yaml.json", func(text string) (any, error) { return Objects([]byte(text)) })
}

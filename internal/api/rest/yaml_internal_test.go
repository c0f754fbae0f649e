package rest

import (
	"testing"

	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/yamldoc"
	"github.com/gennaker/gennaker/internal/yamldoc/yamltest"
)

// TestUnusualYAML: what bodies in YAML become.
func TestUnusualYAML(t *testing.T) {
	t.Parallel()
	yamltest.Recorded(t, "testdata/yaml.json", func(text string) (any, error) {
		checked, err := yamldoc.Check([]byte(text), limit.Document)
		if err != nil {
			return nil, err
		}
		var out any
		return &out, fromYAML(checked, &out)
	})
}

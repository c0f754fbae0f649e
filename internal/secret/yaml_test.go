package secret

import (
	"testing"

	"github.com/gennaker/gennaker/internal/yamldoc/yamltest"
)

// TestUnusualYAML: what the values of keys of YAML files are as secrets.
func TestUnusualYAML(t *testing.T) {
	t.Parallel()
	yamltest.Recorded(t, "testdata/yaml.json", func(text string) (any, error) {
		out := map[string]string{}
		for _, key := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "a.0", "a.x", "a.y", "c.y", "1"} {
			value, err := inYAML([]byte(text), key)
			out[key] = string(value)
			if err != nil {
				out[key] = "error: " + err.Error()
			}
		}
		return out, nil
	})
}

package main

import (
	"testing"

	"github.com/gennaker/gennaker/internal/yamldoc/yamltest"
)

// TestUnusualYAML: what the values of fields of accounts on the command line become.
func TestUnusualYAML(t *testing.T) {
	t.Parallel()
	yamltest.Recorded(t, "testdata/yaml.json", func(text string) (any, error) { return fieldValue("object", "field", text) })
}

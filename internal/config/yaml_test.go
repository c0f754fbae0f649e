package config

import (
	"reflect"
	"testing"

	"github.com/gennaker/gennaker/internal/yamldoc/yamltest"
)

// TestUnusualYAML: what a configuration makes of YAML that decoders differ in, by
// the kinds of values that are wanted.
func TestUnusualYAML(t *testing.T) {
	t.Parallel()
	for name, target := range map[string]struct {
		kind kind
		into any
	}{
		"any": {kindAny, new(any)}, "text": {kindText, new(map[string]string)}, "bool": {kindBool, new(map[string]bool)},
		"int": {kindInt, new(map[string]int64)}, "float": {kindFloat, new(map[string]float64)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			yamltest.Recorded(t, "testdata/yaml-"+name+".json", func(text string) (any, error) {
				l := newLoader(Default())
				out := reflect.New(reflect.TypeOf(target.into).Elem())
				l.description, l.target = &node{kind: target.kind}, out.Elem()
				if target.kind != kindAny {
					l.description = &node{kind: kindMap, elem: l.description}
				}
				l.file("x.yaml", []byte(text))
				if len(l.problems) > 0 {
					return nil, &Error{Problems: l.problems}
				}
				return out.Interface(), nil
			})
		})
	}
}

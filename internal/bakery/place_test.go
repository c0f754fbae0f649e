package bakery

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPlaceOf(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Place{
		`chart a: template: a/templates/x.yaml:3:5: executing "a/templates/x.yaml" at <include "b" .>: error calling include: template: a/templates/_b.tpl:10:3: nil pointer`: {"a/templates/_b.tpl", 10, 3},
		"a/kustomization.yaml: can't be read: yaml: line 7: mapping values are not allowed":                                                                                   {"a/kustomization.yaml", 7, 0},
		"values prod.yaml: line 2, column 4: did not find":                                                                                                                    {"prod.yaml", 2, 4},
		"RUNTIME ERROR: lib/x.libsonnet:(12:3)-(14:2) boom":                                                                                                                   {"lib/x.libsonnet", 12, 3},
		"chart a: parse error at (a/templates/x.yaml:9): unclosed action":                                                                                                     {"a/templates/x.yaml", 9, 0},
	} {
		place, ok := PlaceOf(errors.New(text))
		require.True(t, ok, text)
		require.Equal(t, want, place, text)
	}
	for _, text := range []string{"it is so", "charts at https://host.example:443/x", "outputName: is missing"} {
		_, ok := PlaceOf(errors.New(text))
		require.False(t, ok, text)
	}
	_, ok := PlaceOf(nil)
	require.False(t, ok)
}

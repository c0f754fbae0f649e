package objects

import (
	"testing"

	"github.com/stretchr/testify/require"
)

type (
	object = map[string]any
	list   = []any
)

func some(kind string) object { return object{"apiVersion": "v1", "kind": kind} }

func TestCollect(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		value any
		kinds []string
	}{
		"one":     {some("A"), []string{"A"}},
		"a list":  {list{some("B"), nil, list{some("A")}}, []string{"B", "A"}},
		"by name": {object{"z": some("Z"), "a": object{"y": some("Y"), "x": list{some("X")}}}, []string{"X", "Y", "Z"}},
		"nothing": {nil, nil},
	} {
		got, err := Collect(test.value)
		require.NoError(t, err, name)
		var kinds []string
		for _, o := range got {
			kinds = append(kinds, o["kind"].(string)) //nolint:forcetypeassert // Collect gives nothing else
		}
		require.Equal(t, test.kinds, kinds, name)
		require.Equal(t, len(kinds) > 0, Holds(test.value), name)
	}
	_, err := Collect(object{"a": list{some("A"), object{"b": "text"}}})
	require.ErrorContains(t, err, "$.a[1].b: must be a Kubernetes object")
	deep := any(some("A"))
	for range 100 {
		deep = list{deep}
	}
	_, err = Collect(deep)
	require.ErrorContains(t, err, "more than 50 deep")
}

func TestWrite(t *testing.T) {
	t.Parallel()
	got, err := Write([]object{{"kind": "A", "apiVersion": "v1", "data": object{"yes": "yes", "n": "1"}}, some("B")})
	require.NoError(t, err)
	require.Equal(t, "---\napiVersion: v1\ndata:\n  \"n\": \"1\"\n  \"yes\": \"yes\"\nkind: A\n---\napiVersion: v1\nkind: B\n", string(got))
}

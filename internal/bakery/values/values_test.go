package values

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/fault"
)

type (
	object = map[string]any
	list   = []any
)

func TestMerge(t *testing.T) {
	t.Parallel()
	files := []bakery.File{
		{Name: "a.yaml", Data: []byte("image: {name: web, tag: v1}\nhosts: [a, b]\nkeep: true\n")},
		{Name: "b.yaml", Data: []byte("image: {tag: v2}\nhosts: [c]\n")},
		{Name: "empty.yaml", Data: []byte("# nothing\n")},
	}
	got, err := Merge(files, object{"image.tag": "v3", "hosts[1]": "d", "new.list[0][1].x": 1, "o": object{"p": "q"}})
	require.NoError(t, err)
	require.Equal(t, object{
		"image": object{"name": "web", "tag": "v3"}, "hosts": list{"c", "d"}, "keep": true, "o": object{"p": "q"},
		"new": object{"list": list{list{nil, object{"x": 1}}}},
	}, got)
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for text, words := range map[string]string{"[1]": "values f.yaml: must be a YAML object", "a: {": "values f.yaml"} {
		_, err := Merge([]bakery.File{{Name: "f.yaml", Data: []byte(text)}}, nil)
		require.ErrorContains(t, err, words)
		require.Equal(t, fault.Invalid, fault.KindOf(err))
	}
	file := []bakery.File{{Name: "f.yaml", Data: []byte("a: 1\nb: {c: 1}\n")}}
	for _, key := range []string{"", ".", "a..b", "a[", "a[x]", "a[-1]", "a[99999999]", "a[0]x", "[0]", "a.b", "b[0]"} {
		_, err := Merge(file, object{key: 1})
		require.ErrorContains(t, err, "overrides: ", key)
	}
}

package jsonnet

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/bakery/bakerytest"
	"github.com/gennaker/gennaker/internal/confine"
	"github.com/gennaker/gennaker/internal/fault"
)

func bake(t *testing.T, files map[string]string, at string) (bakery.Baked, error) {
	t.Helper()
	all := bakerytest.Artifacts{"r": bakerytest.Pack(t, files), "v": []byte("replicas: 3\nimage: {tag: v1}\n")}
	return bakery.New(all, nil, Renderer{}).Bake(t.Context(), bakery.Order{
		Renderer: "JSONNET", Path: at, OutputName: "shop", Namespace: "prod", Overrides: map[string]any{"image.tag": "v2"},
		Artifacts: []map[string]any{{"type": "git/repo", "reference": "r"}, {"type": "github/file", "name": "values.yaml", "reference": "v"}},
	})
}

const library = `{
  deployment(name, replicas, image):: {
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: name, namespace: std.extVar('namespace') },
    spec: { replicas: replicas, template: { spec: { containers: [{ name: name, image: image }] } } },
  },
}`

func TestRender(t *testing.T) {
	t.Parallel()
	want := "---\napiVersion: v1\ndata:\n  text: |\n    hello\nkind: ConfigMap\nmetadata:\n  name: a\n" +
		"---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: shop\n  namespace: prod\nspec:\n  replicas: 3\n  template:\n    spec:\n      containers:\n      - image: web:v2\n        name: shop\n"
	files := map[string]string{
		"env/prod/main.jsonnet": `local k = import 'k.libsonnet'; local v = std.extVar('values');
			{ web: k.deployment(std.extVar('name'), v.replicas, 'web:' + v.image.tag),
			  config: [import '../base.libsonnet', null], hidden:: 'no' }`,
		"lib/k.libsonnet":     library,
		"env/base.libsonnet":  `{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { text: importstr 'text.txt' } }`,
		"env/text.txt":        "hello\n",
		"env/other/x.jsonnet": "{",
	}
	for _, at := range []string{"env/prod", "env/prod/main.jsonnet"} {
		baked, err := bake(t, files, at)
		require.NoError(t, err)
		require.Equal(t, want, string(baked.Manifest))
		require.Equal(t, 2, baked.Objects)
		require.Equal(t, bakery.Source{Name: "env/prod/main.jsonnet"}, baked.Source)
	}
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		files map[string]string
		at    string
		words []string
	}{
		"a syntax error":       {map[string]string{"a/main.jsonnet": "{\n  a: [1,\n"}, "a", []string{"a/main.jsonnet:3:1"}},
		"an error of its own":  {map[string]string{"a/main.jsonnet": "{\n  a: error 'it is so' }"}, "a", []string{"it is so", "a/main.jsonnet:2:"}},
		"an error deep inside": {map[string]string{"a/main.jsonnet": "import 'b.libsonnet'", "a/b.libsonnet": "{ a: 1,\n b: self.c }"}, "a", []string{"a/b.libsonnet:2:"}},
		"no objects":           {map[string]string{"a/main.jsonnet": "{ a: { b: 'text' } }"}, "a", []string{"$.a.b: must be a Kubernetes object"}},
		"nothing to import":    {map[string]string{"a/main.jsonnet": "import 'none.libsonnet'"}, "a", []string{"a/main.jsonnet", "none.libsonnet"}},
		"an import above":      {map[string]string{"a/main.jsonnet": "importstr '../../../etc/passwd'"}, "a", []string{"passwd", "outside of the artifact"}},
		"an absolute import":   {map[string]string{"a/main.jsonnet": "importstr '/etc/passwd'"}, "a", []string{"outside of the artifact"}},
		"a remote import":      {map[string]string{"a/main.jsonnet": "import 'https://h.example/a.libsonnet'"}, "a", []string{"neither beside it nor in lib or vendor"}},
		"a circle of imports":  {map[string]string{"a/main.jsonnet": "import 'b.libsonnet'", "a/b.libsonnet": "(import 'main.jsonnet') + {}"}, "a", []string{"jsonnet: "}},
		"recursion":            {map[string]string{"a/main.jsonnet": "local f(x) = 1 + f(x); f(1)"}, "a", []string{"max stack frames exceeded"}},
		"a variable":           {map[string]string{"a/main.jsonnet": "std.extVar('HOME')"}, "a", []string{"HOME"}},
		"a native function":    {map[string]string{"a/main.jsonnet": "std.native('exec')('id')"}, "a", []string{"jsonnet: "}},
		"no program":           {map[string]string{"a/x.txt": "x"}, "a", []string{"has no main.jsonnet"}},
		"out of it":            {map[string]string{"a/x.txt": "x"}, "../a", []string{"leads out of the artifact"}},
		"deep":                 {map[string]string{"a/main.jsonnet": "local f(n) = if n == 0 then {} else [f(n - 1)]; f(200)"}, "a", []string{"jsonnet: "}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := bake(t, test.files, test.at)
			require.Error(t, err)
			require.Equal(t, fault.Invalid, fault.KindOf(err), "%v", err)
			for _, word := range test.words {
				require.ErrorContains(t, err, word)
			}
		})
	}
}

// TestBounds: programs that don't end, or take all memory, are ended.
func TestBounds(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		program string
		bounds  confine.Bounds
		words   string
	}{
		"without end": {"local f(n) = if n < 2 then n else f(n - 1) + f(n - 2); f(60)", confine.Bounds{Memory: 256 << 20, Time: 2 * time.Second}, "took longer than 2s"},
		"much memory": {"std.foldl(function(a, _) a + a, std.range(1, 60), 'xxxxxxxxxxxxxxxx')", confine.Bounds{Memory: 128 << 20, Time: time.Minute}, "128 MiB of memory"},
		"much output": {"{ apiVersion: 'v1', kind: 'A', data: std.repeat('0123456789', 20000000) }", confine.Bounds{Memory: 128 << 20, Time: time.Minute}, "128 MiB of memory"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := order{Program: "main.jsonnet", Files: []bakery.File{{Name: "main.jsonnet", Data: []byte(test.program)}}}
			_, err := o.within(t.Context(), test.bounds)
			require.ErrorContains(t, err, test.words)
			require.Equal(t, fault.Invalid, fault.KindOf(err))
		})
	}
}

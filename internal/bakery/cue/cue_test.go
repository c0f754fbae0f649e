package cue

import (
	"strings"
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
	all := bakerytest.Artifacts{"r": bakerytest.Pack(t, files), "v": []byte("replicas: 3\nimage: {tag: v1}\npassword: hunter2hunter2\n")}
	return bakery.New(all, nil, Renderer{}).Bake(t.Context(), bakery.Order{
		Renderer: "CUE", Path: at, OutputName: "shop", Namespace: "prod", Overrides: map[string]any{"image.tag": "v2"},
		Artifacts: []map[string]any{{"type": "git/repo", "reference": "r"}, {"type": "github/file", "name": "values.yaml", "reference": "v"}},
	})
}

const module = "module: \"example.com/shop@v0\"\nlanguage: version: \"v0.9.0\"\n"

const want = "---\napiVersion: v1\ndata:\n  text: '[\"a\",\"b\"]'\nkind: ConfigMap\nmetadata:\n  name: shop\n" +
	"---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: shop\n  namespace: prod\nspec:\n  image: web:v2\n  replicas: 3\n"

func TestRender(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"cue.mod/module.cue": module,
		"base.cue":           "package prod\n\nname: string\nnamespace: string | *\"default\"\nvalues: {replicas: int & <10, image: tag: string, ...}\n",
		"env/prod/main.cue": `package prod

import (
	"encoding/json"
	"example.com/shop/lib"
	"example.com/other/thing@v1"
)

web: deployment: lib.#Deployment & {metadata: {"name": name, "namespace": namespace}, spec: {replicas: values.replicas, image: "web:" + values.image.tag}}
config: [{apiVersion: "v1", kind: thing.kind, metadata: "name": name, data: text: json.Marshal(["a", "b"])}]
helper: "not an object"
_hidden: string
`,
		"env/prod/other_test.cue":                   "package prod\nx: 1 & 2\n",
		"lib/lib.cue":                               "package lib\n\n#Deployment: {apiVersion: \"apps/v1\", kind: \"Deployment\", metadata: {name: string, namespace: string}, spec: {replicas: int, image: string}}\n",
		"cue.mod/pkg/example.com/other/thing/t.cue": "package thing\n\nkind: \"ConfigMap\"\n",
	}
	baked, err := bake(t, files, "env/prod")
	require.NoError(t, err)
	require.Equal(t, want, string(baked.Manifest))

	single, err := bake(t, map[string]string{"a.cue": "values: {...}\nobjects: [for i in [1, 2] {apiVersion: \"v1\", kind: \"N\\(i)\"}]\nother: string\n"}, "a.cue")
	require.NoError(t, err)
	require.Equal(t, 2, single.Objects)
	one, err := bake(t, map[string]string{"a.cue": "values: _\napiVersion: \"v1\"\nkind: \"A\"\nspec: n: values.replicas + 1\n"}, "a.cue")
	require.NoError(t, err)
	require.Equal(t, "---\napiVersion: v1\nkind: A\nspec:\n  \"n\": 4\n", string(one.Manifest))
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		files map[string]string
		at    string
		words []string
	}{
		"a syntax error":        {map[string]string{"a/x.cue": "a: {\nb: [1,\n"}, "a", []string{"a/x.cue:"}},
		"a conflict":            {map[string]string{"a/x.cue": "a: {\n\tapiVersion: \"v1\", kind: \"A\"\n\tb: 1 & 2\n}\n"}, "a", []string{"conflicting values", "a/x.cue:3:"}},
		"not concrete":          {map[string]string{"a/x.cue": "a: {\n\tapiVersion: \"v1\", kind: \"A\"\n\tb: string\n}\n"}, "a", []string{"incomplete", "a/x.cue:3:"}},
		"a value that isn't":    {map[string]string{"a/x.cue": "values: replicas: <2\n"}, "a", []string{"values.replicas", "a/x.cue:1:"}},
		"a secret":              {map[string]string{"a/x.cue": "values: password: int\n"}, "a", []string{"values.password"}},
		"an import from afar":   {map[string]string{"a/x.cue": "import \"example.com/x\"\na: x.a\n"}, "a", []string{"example.com/x isn't in the artifact"}},
		"an import above":       {map[string]string{"a/x.cue": "import \"../../etc\"\na: etc.a\n"}, "a", []string{"CUE: "}},
		"an absolute import":    {map[string]string{"a/x.cue": "import \"/etc/x\"\na: x.a\n"}, "a", []string{"CUE: "}},
		"circular imports":      {map[string]string{"cue.mod/module.cue": module, "a/x.cue": "package a\nimport \"example.com/shop/b\"\nx: b.x\n", "b/x.cue": "package b\nimport \"example.com/shop/a\"\nx: a.x\n"}, "a", []string{"import cycle"}},
		"commands":              {map[string]string{"a/x.cue": "import \"tool/exec\"\nrun: exec.Run & {cmd: \"id\"}\na: {apiVersion: \"v1\", kind: \"A\", b: run.stdout}\n"}, "a", []string{"CUE: "}},
		"an embedded file":      {map[string]string{"a/x.cue": "@extern(embed)\npackage a\na: _ @embed(file=\"/etc/passwd\",type=text)\n"}, "a", []string{"CUE: "}},
		"two packages":          {map[string]string{"a/x.cue": "package x\n", "a/y.cue": "package y\n"}, "a", []string{"has the packages x and y"}},
		"no files":              {map[string]string{"a/x.txt": "x"}, "a", []string{"there are no files of CUE"}},
		"out of it":             {map[string]string{"a/x.cue": "a: 1"}, "../a", []string{"leads out of the artifact"}},
		"no objects in objects": {map[string]string{"a/x.cue": "objects: [\"text\"]"}, "a", []string{"$[0]: must be a Kubernetes object"}},
		"a structural cycle":    {map[string]string{"a/x.cue": "#A: {n: #A}\na: #A & {apiVersion: \"v1\", kind: \"A\"}\n"}, "a", []string{"structural cycle"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := bake(t, test.files, test.at)
			require.Error(t, err)
			require.Equal(t, fault.Invalid, fault.KindOf(err), "%v", err)
			require.NotContains(t, err.Error(), "hunter2")
			for _, word := range test.words {
				require.ErrorContains(t, err, word)
			}
		})
	}
}

// TestBounds: what multiplies or takes long is ended.
func TestBounds(t *testing.T) {
	t.Parallel()
	loops := "import \"list\"\n_l: list.Range(0, 2000, 1)\na: {apiVersion: \"v1\", kind: \"A\", n: len([for x in _l for y in _l for z in _l {x + y + z}])}\n"
	strings16 := "import \"strings\"\na: {apiVersion: \"v1\", kind: \"A\", data: strings.Repeat(\"0123456789\", 20000000)}\n"
	for name, test := range map[string]struct {
		program string
		bounds  confine.Bounds
		words   []string
	}{
		"loops":       {loops, confine.Bounds{Memory: 128 << 20, Time: 3 * time.Second}, []string{"128 MiB of memory", "took longer"}},
		"much output": {strings16, confine.Bounds{Memory: 128 << 20, Time: time.Minute}, []string{"128 MiB of memory", "exceeds limit"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := order{Where: "a.cue", Files: []bakery.File{{Name: "a.cue", Data: []byte(test.program)}}}
			_, err := o.within(t.Context(), test.bounds)
			require.Error(t, err)
			require.Equal(t, fault.Invalid, fault.KindOf(err), "%v", err)
			require.True(t, strings.Contains(err.Error(), test.words[0]) || strings.Contains(err.Error(), test.words[1]), "%v", err)
		})
	}
}

package text

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

type object = map[string]any

// bake renders a repository, with files of values.
func bake(t *testing.T, o bakery.Order, files map[string]string, values ...string) (bakery.Baked, error) {
	t.Helper()
	all := bakerytest.Artifacts{"r": bakerytest.Pack(t, files)}
	o.Artifacts = []map[string]any{{"type": "git/repo", "reference": "r"}}
	for _, text := range values {
		all[text] = []byte(text)
		o.Artifacts = append(o.Artifacts, object{"type": "github/file", "name": "conf/values.yaml", "reference": text})
	}
	return bakery.New(all, nil, Directory{}, Template{}, CloudFoundry{}).Bake(t.Context(), o)
}

const (
	first  = "---\n# the first\nkind: A\n"
	second = "kind: B\n---\nkind: C\n...\n"
)

func TestDirectory(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"k8s/b.yaml": second, "k8s/a.yml": first, "k8s/deep/c.json": `{"kind": "D"}`, "k8s/.hidden/x.yaml": "a: [", "k8s/README.md": "no", "k8s/empty.yaml": "\n", "other/z.yaml": "kind: Z",
	}
	baked, err := bake(t, bakery.Order{Renderer: "directory", Path: "k8s"}, files, "kind: V\n")
	require.NoError(t, err)
	require.Equal(t, "---\n# Source: a.yml\n# the first\nkind: A\n---\n# Source: b.yaml\nkind: B\n---\nkind: C\n...\n---\n# Source: deep/c.json\n{\"kind\": \"D\"}\n---\n# Source: values.yaml\nkind: V\n", string(baked.Manifest))
	require.Equal(t, 5, baked.Objects)
	require.Equal(t, bakery.Source{Name: "k8s"}, baked.Source)

	one, err := bakery.New(bakerytest.Artifacts{"https://h/a/x.yaml?token=t": []byte("kind: One")}, nil, Directory{}).
		Bake(t.Context(), bakery.Order{Renderer: "DIRECTORY", Artifacts: []map[string]any{{"type": "http/file", "reference": "https://h/a/x.yaml?token=t"}}})
	require.NoError(t, err)
	require.Equal(t, "---\n# Source: x.yaml\nkind: One\n", string(one.Manifest))
}

func TestTemplate(t *testing.T) {
	t.Parallel()
	o := bakery.Order{Renderer: "TEMPLATE", Path: "t", OutputName: "shop", Namespace: "prod", Overrides: object{"image.tag": "v2"}}
	baked, err := bake(t, o, map[string]string{
		"t/a.yaml": "metadata:\n  name: ${name}-web\n  namespace: ${namespace}\nspec:\n  replicas: ${values.replicas}\n  image: web:${values.image.tag}\n  args: ${values.args}\n",
		"t/b.yaml": "plain: yes it is\n---\n---\n\"${values.replicas > 2 ? 'many' : 'few'}\": ${#toJson(values.args)}\n",
	}, "replicas: 3\nargs: [a, b]\nimage: {tag: v1}\n")
	require.NoError(t, err)
	require.Equal(t, "---\n# Source: a.yaml\nmetadata:\n  name: shop-web\n  namespace: prod\nspec:\n  args:\n  - a\n  - b\n  image: web:v2\n  replicas: 3\n---\n# Source: b.yaml\nplain: yes it is\n---\n# Source: b.yaml\nmany: '[\"a\",\"b\"]'\n", string(baked.Manifest))

	for text, varying := range map[string]bool{"a: ${name}": false, "a: ${new java.util.Date().getTime()}": true, "a: ${T(java.util.UUID).randomUUID().toString()}": true} {
		job, err := Template{}.Prepare(t.Context(), bakerytest.Artifacts{"r": []byte(text)}, bakery.Order{Artifacts: []map[string]any{{"reference": "r"}}})
		require.NoError(t, err)
		out, err := job.Render(t.Context())
		require.NoError(t, err, text)
		require.Equal(t, varying, out.Varying, text)
	}
}

func TestCloudFoundry(t *testing.T) {
	t.Parallel()
	manifest := map[string]string{"cf/manifest.yml": "applications:\n- name: ((name))\n  instances: (( instances ))\n  routes:\n  - route: ((hosts[1]))/((app.path))\n"}
	o := bakery.Order{Renderer: "CF", Path: "cf/manifest.yml"}
	baked, err := bake(t, o, manifest, "name: web\nhosts: [a, b]\napp: {path: x}\ninstances: 1\n", "instances: 2\nhosts: [c]\n")
	require.NoError(t, err)
	require.Equal(t, "applications:\n- name: web\n  instances: 2\n  routes:\n  - route: b/x\n", string(baked.Manifest))

	for name, test := range map[string]struct {
		values []string
		words  string
	}{
		"no values":       {nil, "at least one file of variables"},
		"unresolved":      {[]string{"name: web\ninstances: 1\napp: {path: x}"}, "cf/manifest.yml:5: ((hosts[1]))"},
		"an object":       {[]string{"name: {a: 1}\ninstances: 1\nhosts: [a, b]\napp: {path: x}"}, "cf/manifest.yml:2: ((name))"},
		"breaks the YAML": {[]string{"name: \"{\"\ninstances: 1\nhosts: [a, b]\napp: {path: x}"}, "not valid YAML"},
	} {
		_, err := bake(t, o, manifest, test.values...)
		require.ErrorContains(t, err, test.words, name)
		require.Equal(t, fault.Invalid, fault.KindOf(err), name)
	}
}

// TestBadInput: what is wrong is told where it is, and nothing leads out of the artifact.
func TestBadInput(t *testing.T) {
	t.Parallel()
	laughs := "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: [*f,*f,*f,*f,*f,*f,*f,*f,*f]\n"
	for name, test := range map[string]struct {
		renderer, path, text string
		values               []string
		words                []string
	}{
		"broken YAML":           {"DIRECTORY", "d", "a: 1\nb: [", nil, []string{"a.yaml: ", "line"}},
		"aliases without end":   {"DIRECTORY", "d", laughs, nil, []string{"a.yaml: "}},
		"above":                 {"DIRECTORY", "../etc", "a: 1", nil, []string{"templateFilePath: ", "leads out of the artifact"}},
		"absolute":              {"DIRECTORY", "/etc/passwd", "a: 1", nil, []string{`templateFilePath: "/etc/passwd" is neither`}},
		"nothing there":         {"DIRECTORY", "none", "a: 1", nil, []string{"is neither a file nor a directory"}},
		"no manifests":          {"DIRECTORY", "no", "a: 1", nil, []string{"has no files that end with"}},
		"an unknown value":      {"TEMPLATE", "d", "a: 1\nb: ok\nc: ${values.nope.deep}", nil, []string{"a.yaml:3: "}},
		"a broken expression":   {"TEMPLATE", "d", "a: ${1 +}", nil, []string{"a.yaml:1: "}},
		"a call to a server":    {"TEMPLATE", "d", "a: ${#fromUrl('http://127.0.0.1:1/x')}", nil, []string{"a.yaml:1: "}},
		"a class":               {"TEMPLATE", "d", "a: ${T(java.lang.Runtime).getRuntime().exec('id')}", nil, []string{"a.yaml:1: "}},
		"much from little":      {"TEMPLATE", "d", "a: ${'aaaaaaaaaaaaaaaaaaaa'.repeat(100000000)}", nil, []string{"a.yaml"}},
		"values that are none":  {"TEMPLATE", "d", "a: 1", []string{"[1]"}, []string{"values values.yaml: must be a YAML object"}},
		"variables with bombs":  {"CF", "d/a.yaml", "a: ((x))", []string{laughs}, []string{"values values.yaml: "}},
		"variables of no file":  {"CF", "d", "a: ((x))", []string{"x: 1"}, []string{"is a directory"}},
		"an unknown variable":   {"CF", "d/a.yaml", "\n\na: ((x.y))", []string{"x: 1"}, []string{"d/a.yaml:3: ((x.y))"}},
		"a variable in itself":  {"CF", "d/a.yaml", "a: ((x))", []string{"y: 1"}, []string{"((x))"}},
		"an unknown renderer":   {"ERB", "d", "a: 1", nil, []string{"templateRenderer: "}},
		"no expression at all ": {"TEMPLATE", "d", "a: ${}", nil, []string{"a.yaml"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := bake(t, bakery.Order{Renderer: test.renderer, Path: test.path}, map[string]string{"d/a.yaml": test.text, "no/a.txt": "x"}, test.values...)
			require.Error(t, err)
			require.NotEqual(t, fault.Internal, fault.KindOf(err), "%v", err)
			for _, word := range test.words {
				require.ErrorContains(t, err, word)
			}
		})
	}
}

// TestMuchOutput: a manifest that grows is stopped.
func TestMuchOutput(t *testing.T) {
	t.Parallel()
	line := "a: ((x))\n"
	o := order{
		Files:     []bakery.File{{Name: "m.yml", Data: []byte(strings.Repeat(line, 1000))}},
		Variables: []bakery.File{{Name: "v.yml", Data: []byte("x: " + strings.Repeat("y", 1<<20))}}, Interpolate: true,
	}
	_, err := o.within(t.Context(), confine.Bounds{Memory: 256 << 20, Time: time.Minute})
	require.Error(t, err)
	require.Contains(t, []fault.Kind{fault.TooLarge, fault.Invalid}, fault.KindOf(err), "%v", err)
}

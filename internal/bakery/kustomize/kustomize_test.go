package kustomize

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/bakery/bakerytest"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/testrenderers"
)

type object = map[string]any

func bake(t *testing.T, files map[string]string, at string) (bakery.Baked, error) {
	t.Helper()
	return bakery.New(bakerytest.Artifacts{"r": bakerytest.Pack(t, files)}, nil, Renderer{}).Bake(t.Context(), bakery.Order{
		Renderer: "KUSTOMIZE4", Path: at, Artifacts: []map[string]any{{"type": "git/repo", "reference": "r"}},
	})
}

// write puts files into a directory.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	return dir
}

const (
	deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, labels: {tier: front}}\nspec:\n  replicas: 1\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers:\n      - name: web\n        image: web:1 # the first\n        envFrom:\n        - configMapRef: {name: settings}\n        - secretRef: {name: passwords}\n"
	service    = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"
	base       = "resources: [deployment.yaml, service.yaml]\nconfigMapGenerator:\n- name: settings\n  literals: [a=1]\n  files: [app.ini, other=conf/b.ini]\n  envs: [env.txt]\nsecretGenerator:\n- name: passwords\n  literals: [p=hunter2]\n"
)

func shop(more ...string) map[string]string {
	out := map[string]string{
		"base/kustomization.yaml": base, "base/deployment.yaml": deployment, "base/service.yaml": service,
		"base/app.ini": "[app]\nx=1\n", "base/conf/b.ini": "[b]\n", "base/env.txt": "MODE=fast\nB=2\n",
	}
	for i := 0; i < len(more); i += 2 {
		out[more[i]] = more[i+1]
	}
	return out
}

// TestSameAsTheCommand: kustomizations build to the bytes that "kustomize build" prints.
func TestSameAsTheCommand(t *testing.T) {
	t.Parallel()
	kustomize, home := testrenderers.Kustomize(t), t.TempDir()
	for name, files := range map[string]map[string]string{
		"base":            shop(),
		"names and so on": shop("over/kustomization.yml", "namespace: prod\nnamePrefix: a-\nnameSuffix: -z\nlabels: [{pairs: {team: x}, includeSelectors: true}]\ncommonAnnotations: {by: me}\nresources: [../base]\nimages: [{name: web, newName: registry.example/web, newTag: 1.2.3}]\nreplicas: [{name: web, count: 5}]\n"),
		"patches": shop("over/Kustomization", "resources: [../base]\npatches:\n- path: p.yaml\n- target: {kind: Service}\n  patch: |-\n    - op: replace\n      path: /spec/ports/0/port\n      value: 8080\n- patch: '{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 9}}'\n",
			"over/p.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: web, resources: {limits: {cpu: 1}}}]}}}\n"),
		"old fields": shop("over/kustomization.yaml", "bases: [../base]\ncommonLabels: {old: 'yes'}\npatchesStrategicMerge: [p.yaml, '{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {type: NodePort}}']\npatchesJson6902: [{target: {group: apps, version: v1, kind: Deployment, name: web}, path: j.json}]\nvars: [{name: SERVICE, objref: {apiVersion: v1, kind: Service, name: web}}]\n",
			"over/p.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {paused: true}\n", "over/j.json", `[{"op": "add", "path": "/spec/template/spec/containers/0/args", "value": ["$(SERVICE)"]}]`),
		"components": shop("over/kustomization.yaml", "resources: [../base]\ncomponents: [../components/cache]\n",
			"components/cache/kustomization.yaml", "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [cache.yaml]\nconfigMapGenerator: [{name: settings, behavior: merge, literals: [cache=on]}]\n",
			"components/cache/cache.yaml", "{apiVersion: v1, kind: Service, metadata: {name: cache}}"),
		"replacements": shop("over/kustomization.yaml", "resources: [../base]\nreplacements: [{path: r.yaml}]\nsortOptions: {order: legacy}\nbuildMetadata: [originAnnotations, managedByLabel]\n",
			"over/r.yaml", "source: {kind: Service, name: web, fieldPath: metadata.name}\ntargets: [{select: {kind: Deployment}, fieldPaths: [metadata.annotations.service], options: {create: true}}]\n"),
		"plugins that are built in": shop("over/kustomization.yaml", "resources: [../base]\ngenerators: [g.yaml]\ntransformers: [t.yaml, '{apiVersion: builtin, kind: PrefixTransformer, metadata: {name: p}, prefix: inline-, fieldSpecs: [{path: metadata/name}]}']\nconfigurations: [c.yaml]\ncrds: [crd.json]\ngeneratorOptions: {disableNameSuffixHash: true}\n",
			"over/g.yaml", "{apiVersion: builtin, kind: ConfigMapGenerator, metadata: {name: gen}, files: [text.txt]}", "over/text.txt", "text\n",
			"over/t.yaml", "{apiVersion: builtin, kind: AnnotationsTransformer, metadata: {name: t}, annotations: {z: '1'}, fieldSpecs: [{path: metadata/annotations, create: true}]}",
			"over/c.yaml", "namePrefix: [{path: metadata/name}]\n", "over/crd.json", "{}"),
		"openapi": shop("over/kustomization.yaml", "resources: [../base, custom.yaml]\nopenapi: {path: schema.json}\npatches: [{patch: '{apiVersion: example.io/v1, kind: Thing, metadata: {name: t}, spec: {parts: [{name: a, size: 2}]}}'}]\n",
			"over/custom.yaml", "{apiVersion: example.io/v1, kind: Thing, metadata: {name: t}, spec: {parts: [{name: a, color: red}, {name: b}]}}",
			"over/schema.json", `{"definitions": {"v1.Thing": {"properties": {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"type": "object"}, "spec": {"properties": {"parts": {"type": "array", "items": {"type": "object"}, "x-kubernetes-patch-merge-key": "name", "x-kubernetes-patch-strategy": "merge"}}, "type": "object"}}, "type": "object", "x-kubernetes-group-version-kind": [{"group": "example.io", "kind": "Thing", "version": "v1"}]}}}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := "base"
			for file := range files {
				if strings.HasPrefix(file, "over/") {
					at = "over"
				}
			}
			want, err := testrenderers.Run(t.Context(), home, write(t, files), kustomize, "build", at)
			require.NoError(t, err)
			baked, err := bake(t, files, at)
			require.NoError(t, err)
			require.Equal(t, string(want), string(baked.Manifest))
			require.Positive(t, baked.Objects)
		})
	}
}

// TestFromFiles: of artifacts that are files, what the kustomization refers to is fetched.
func TestFromFiles(t *testing.T) {
	t.Parallel()
	files := shop("over/kustomization.yaml", "resources: [../base]\nnamePrefix: a-\n")
	want, err := bake(t, files, "over/kustomization.yaml")
	require.NoError(t, err)
	for _, test := range []struct{ before, after, name string }{
		{"https://api.github.com/repos/o/r/contents/", "", "over/kustomization.yaml"},
		{"https://files.example/some/where/", "?token=t", ""},
		{"https://files.example/", "", "kustomization"},
		{"s3://bucket/deep/", "", "s3://bucket/deep/over/kustomization.yaml"},
	} {
		all := bakerytest.Artifacts{}
		for name, text := range files {
			all[test.before+name+test.after] = []byte(text)
		}
		artifact := object{"type": "http/file", "reference": test.before + "over/kustomization.yaml" + test.after, "name": test.name}
		baked, err := bakery.New(all, nil, Renderer{}).Bake(t.Context(), bakery.Order{Renderer: "KUSTOMIZE", Artifacts: []map[string]any{artifact}})
		require.NoError(t, err, test.before)
		require.Equal(t, string(want.Manifest), string(baked.Manifest))
	}
	baked, err := bakery.New(bakerytest.Artifacts{"e": []byte("configMapGenerator: [{name: a, literals: [b=1]}]")}, nil, Renderer{}).
		Bake(t.Context(), bakery.Order{Renderer: "KUSTOMIZE5", Artifacts: []map[string]any{{"type": "embedded/base64", "reference": "e"}}})
	require.NoError(t, err)
	require.Equal(t, 1, baked.Objects)
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		files map[string]string
		at    string
		words []string
	}{
		"no path":               {shop(), "", []string{"kustomizeFilePath: is missing"}},
		"out of it":             {shop(), "../x", []string{"leads out of the artifact"}},
		"nothing there":         {shop(), "other", []string{`"other" has no kustomization.yaml`}},
		"a remote base":         {shop("o/kustomization.yaml", "resources: ['github.com/o/r//base?ref=v1']"), "o", []string{"o/kustomization.yaml", "github.com/o/r", "not supported"}},
		"a remote file":         {shop("o/kustomization.yaml", "resources: ['https://u:pw@files.example/a.yaml']"), "o", []string{"[hidden]@files.example/a.yaml"}},
		"a remote in a base":    {shop("o/kustomization.yaml", "resources: [../base]", "base/kustomization.yaml", "resources: ['git::https://h/r']"), "o", []string{"base/kustomization.yaml", "git::https"}},
		"another in a circle":   {map[string]string{"a/kustomization.yaml": "resources: [../b]", "b/kustomization.yaml": "resources: [../a]"}, "a", []string{"cycle"}},
		"itself":                {map[string]string{"a/kustomization.yaml": "resources: [.]"}, "a", []string{"cycle"}},
		"above":                 {map[string]string{"a/kustomization.yaml": "resources: [../../etc]"}, "a", []string{"outside of the artifact"}},
		"absolute":              {map[string]string{"a/kustomization.yaml": "resources: [/etc/passwd]"}, "a", []string{"outside of the artifact"}},
		"a file of the server":  {map[string]string{"a/kustomization.yaml": "configMapGenerator: [{name: x, files: [/etc/passwd]}]"}, "a", []string{"outside of the artifact"}},
		"a generator's file":    {map[string]string{"a/kustomization.yaml": "generators: [g.yaml]", "a/g.yaml": "{apiVersion: builtin, kind: ConfigMapGenerator, metadata: {name: gen}, files: [/etc/passwd]}"}, "a", []string{"passwd"}},
		"a generator's URL":     {map[string]string{"a/kustomization.yaml": "transformers: [t.yaml]", "a/t.yaml": "{apiVersion: builtin, kind: PatchTransformer, metadata: {name: t}, path: 'https://127.0.0.1:1/p.yaml'}"}, "a", []string{"remote resources are not supported"}},
		"a chart":               {map[string]string{"a/kustomization.yaml": "helmCharts: [{name: a}]"}, "a", []string{"helmCharts are not supported"}},
		"a chart as generator":  {map[string]string{"a/kustomization.yaml": "generators: [g.yaml]", "a/g.yaml": "{apiVersion: builtin, kind: HelmChartInflationGenerator, metadata: {name: x}, name: x}"}, "a", []string{"--enable-helm"}},
		"a program":             {map[string]string{"a/kustomization.yaml": "generators: [g.yaml]", "a/g.yaml": "{apiVersion: x/v1, kind: Prog, metadata: {name: x, annotations: {config.kubernetes.io/function: 'exec: {path: /bin/true}'}}}"}, "a", []string{"plugin"}},
		"not YAML":              {map[string]string{"a/kustomization.yaml": "resources: [a\nb: {"}, "a", []string{"a/kustomization.yaml", "line"}},
		"an unknown field":      {map[string]string{"a/kustomization.yaml": "resorces: [a.yaml]"}, "a", []string{"resorces"}},
		"a resource that isn't": {shop("o/kustomization.yaml", "resources: [none.yaml]"), "o", []string{"none.yaml"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := bake(t, test.files, test.at)
			require.Error(t, err)
			require.Contains(t, []fault.Kind{fault.Invalid, fault.NotFound}, fault.KindOf(err), "%v", err)
			require.NotContains(t, err.Error(), "pw@")
			for _, word := range test.words {
				require.ErrorContains(t, err, word)
			}
		})
	}
}

// TestRealKustomizations compares those that are named in the environment, as
// ROOT:DIRECTORY.
func TestRealKustomizations(t *testing.T) {
	t.Parallel()
	dirs := strings.Fields(os.Getenv("GENNAKER_TEST_KUSTOMIZATIONS"))
	if len(dirs) == 0 {
		t.Skip("set GENNAKER_TEST_KUSTOMIZATIONS to directories of kustomizations")
	}
	kustomize, home := testrenderers.Kustomize(t), t.TempDir()
	for _, dir := range dirs {
		t.Run(dir, func(t *testing.T) {
			t.Parallel()
			root, at, _ := strings.Cut(dir, ":")
			want, failed := testrenderers.Run(t.Context(), home, root, kustomize, "build", at)
			baked, err := bake(t, bakerytest.Read(t, root), at)
			if failed != nil || err != nil && strings.Contains(err.Error(), "not supported") {
				require.Error(t, err, "the command says: %v", failed)
				t.Logf("refused: %v; %v", failed, err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, string(want), string(baked.Manifest))
		})
	}
}

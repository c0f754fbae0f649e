package helm

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/bakery/bakerytest"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/testrenderers"
)

type object = map[string]any

// bake bakes a chart that is in the directory "chart" of a repository.
func bake(t testing.TB, files map[string]string, o bakery.Order) (bakery.Baked, error) {
	t.Helper()
	repository := map[string]string{}
	for name, text := range files {
		repository["chart/"+name] = text
	}
	artifacts := bakerytest.Artifacts{"repository": bakerytest.Pack(t, repository)}
	for name, text := range files {
		artifacts[name] = []byte(text)
	}
	given := o.Artifacts
	o.Artifacts = append([]map[string]any{{"type": "git/repo", "reference": "repository"}}, given...)
	if o.Path == "" {
		o.Path = "chart"
	}
	if o.Renderer == "" {
		o.Renderer = "HELM3"
	}
	return bakery.New(artifacts, nil, Renderer{}).Bake(t.Context(), o)
}

func values(names ...string) []map[string]any {
	var out []map[string]any
	for _, name := range names {
		out = append(out, object{"type": "http/file", "reference": name, "name": name})
	}
	return out
}

// TestSameAsTheCommand: charts render to the bytes that "helm template" prints, except for
// what comes from templates/tests.
func TestSameAsTheCommand(t *testing.T) {
	t.Parallel()
	helm, home := testrenderers.Helm(t), t.TempDir()
	cases := []struct {
		name  string
		order bakery.Order
		files []string
		args  []string
	}{
		{"web", bakery.Order{OutputName: "web"}, nil, nil},
		{"web", bakery.Order{OutputName: "shop", Namespace: "prod"}, []string{"values-prod.yaml", "values-eu.yaml"}, []string{"--namespace", "prod"}},
		{
			"web", bakery.Order{
				OutputName: "shop", KubeVersion: "1.31.2", APIVersions: []string{"autoscaling/v9", "a/v1"},
				Overrides: object{"image.tag": 7, "autoscaling.enabled": true, "env.A\\.B": "x", "ingress.hosts[0].host": "a.b"}, RawOverrides: true,
			},
			[]string{"values-prod.yaml"},
			[]string{
				"--kube-version", "1.31.2", "--api-versions", "autoscaling/v9,a/v1",
				"--set", `autoscaling.enabled=true,env.A\.B=x,image.tag=7,ingress.hosts[0].host=a.b`,
			},
		},
		{
			"web", bakery.Order{OutputName: "shop", Overrides: object{"podAnnotations.large": 10_000_000, "podAnnotations.yes": true}}, nil,
			[]string{"--set-string", "podAnnotations.large=10000000,podAnnotations.yes=true"},
		},
		{
			"web", bakery.Order{OutputName: "shop", Overrides: object{"resources": object{"limits": nil, "requests": object{"cpu": 2}}, "env.LIST": []any{1, "a,b"}}}, nil,
			[]string{"--set-json", `env.LIST=[1,"a,b"]`, "--set-json", `resources={"limits":null,"requests":{"cpu":2}}`},
		},
		{"umbrella", bakery.Order{OutputName: "u"}, nil, nil},
		{"umbrella", bakery.Order{OutputName: "u"}, []string{"values-users.yaml"}, nil},
		{"crds", bakery.Order{OutputName: "c"}, nil, nil},
		{"crds", bakery.Order{OutputName: "c", IncludeCRDs: true}, nil, []string{"--include-crds"}},
		{"crds", bakery.Order{OutputName: "c", IncludeCRDs: true, Renderer: "HELM2"}, nil, nil},
		{"library", bakery.Order{OutputName: "l"}, nil, nil},
		{"hooks", bakery.Order{OutputName: "h"}, nil, nil},
		{"files", bakery.Order{OutputName: "f", Namespace: "prod"}, nil, []string{"-n", "prod"}},
		{"lookups", bakery.Order{OutputName: "l"}, nil, nil},
		{"lookups", bakery.Order{OutputName: "l", Overrides: object{"number": 5_000_000, "list[1]": "c"}, RawOverrides: true}, []string{"values-null.yaml"}, []string{"--set", "list[1]=c,number=5000000"}},
		{"schema", bakery.Order{OutputName: "s"}, nil, nil},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join("testdata", "charts", test.name)
			args := []string{"template", test.order.OutputName, "."}
			for _, f := range test.files {
				args = append(args, "--values", f)
			}
			printed, err := testrenderers.Run(t.Context(), home, dir, helm, append(args, test.args...)...)
			require.NoError(t, err)
			want := WithoutTests(string(printed))
			if test.name != "web" {
				require.Equal(t, want, string(printed))
			}

			files := bakerytest.Read(t, dir)
			test.order.Artifacts = values(test.files...)
			baked, err := bake(t, files, test.order)
			require.NoError(t, err)
			require.Equal(t, want, string(baked.Manifest))
			require.Contains(t, baked.Version, "Helm v4")

			archived := bakerytest.Artifacts{"chart": bakerytest.PackBelow(t, test.name, files)}
			for name, text := range files {
				archived[name] = []byte(text)
			}
			test.order.Artifacts = append([]map[string]any{{"type": "helm/chart", "reference": "chart"}}, values(test.files...)...)
			if test.order.Renderer == "" {
				test.order.Renderer = "helm3"
			}
			packed, err := bakery.New(archived, nil, Renderer{}).Bake(t.Context(), test.order)
			require.NoError(t, err)
			if test.name != "files" { // of which an archive that "helm package" makes has no ignored ones
				require.Equal(t, want, string(packed.Manifest))
			}
		})
	}
}

// TestRealCharts compares charts that are named in the environment, such as those of real
// projects.
func TestRealCharts(t *testing.T) {
	t.Parallel()
	dirs := strings.Fields(os.Getenv("GENNAKER_TEST_CHARTS"))
	if len(dirs) == 0 {
		t.Skip("set GENNAKER_TEST_CHARTS to directories of charts")
	}
	helm, home := testrenderers.Helm(t), t.TempDir()
	for _, dir := range dirs {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			printed, failed := testrenderers.Run(t.Context(), home, dir, helm, "template", "release", ".", "--include-crds")
			files := bakerytest.Read(t, dir)
			baked, err := bake(t, files, bakery.Order{OutputName: "release", IncludeCRDs: true})
			if failed != nil {
				require.Error(t, err, "the command says: %v", failed)
				t.Logf("both refuse it: %v; %v", failed, err)
				return
			}
			require.NoError(t, err)
			if want := WithoutTests(string(printed)); want != string(baked.Manifest) {
				require.Len(t, string(baked.Manifest), len(want))
				t.Logf("it has as many bytes, but they differ")
				t.Fail()
			}
		})
	}
}

const chartYAML = "{apiVersion: v2, name: web, version: 1.0.0}"

func TestFaults(t *testing.T) {
	t.Parallel()
	good := object{"templates/a.yaml": "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}"}
	cases := []struct {
		name  string
		files object
		order bakery.Order
		words []string
	}{
		{"no name", good, bakery.Order{}, []string{"outputName: is missing"}},
		{"a name that is none", good, bakery.Order{OutputName: "A_b"}, []string{"outputName", "A_b"}},
		{"no chart there", good, bakery.Order{OutputName: "a", Path: "other"}, []string{"helmChartFilePath", `"other"`, "there are charts in chart"}},
		{"out of the repository", good, bakery.Order{OutputName: "a", Path: "../../etc"}, []string{"helmChartFilePath", "leads out"}},
		{"a template fails", object{"templates/a.yaml": "a: 1\nb: {{ required \"set it\" .Values.nothing }}"}, bakery.Order{OutputName: "a"}, []string{"web/templates/a.yaml:2", "set it"}},
		{"a template can't be parsed", object{"templates/a.yaml": "a: 1\n\nb: {{ if }}"}, bakery.Order{OutputName: "a"}, []string{"web/templates/a.yaml:3"}},
		{"not YAML", object{"templates/a.yaml": "a: 1\n  b: 2"}, bakery.Order{OutputName: "a"}, []string{"templates/a.yaml"}},
		{"dependencies that lack", object{"Chart.yaml": "{apiVersion: v2, name: web, version: 1.0.0, dependencies: [{name: db, version: 1, repository: https://charts.example}, {name: cache, version: 2}]}"}, bakery.Order{OutputName: "a"}, []string{"db, cache", "helm dependency build"}},
		{"another Kubernetes", object{"Chart.yaml": "{apiVersion: v2, name: web, version: 1.0.0, kubeVersion: '>=1.40.0'}"}, bakery.Order{OutputName: "a", KubeVersion: "1.30.0"}, []string{">=1.40.0", "1.30.0"}},
		{"no Kubernetes", good, bakery.Order{OutputName: "a", KubeVersion: "new"}, []string{"kubeVersion", "new"}},
		{"a library", object{"Chart.yaml": "{apiVersion: v2, name: web, version: 1.0.0, type: library}"}, bakery.Order{OutputName: "a"}, []string{"is a library"}},
		{"values that are none", object{"v.yaml": "- 1"}, bakery.Order{OutputName: "a", Artifacts: values("v.yaml")}, []string{"values v.yaml"}},
		{"values that are broken", object{"v.yaml": "a: 1\n b: 2\n"}, bakery.Order{OutputName: "a", Artifacts: values("v.yaml")}, []string{"values v.yaml", "line 2"}},
		{"values that aren't there", good, bakery.Order{OutputName: "a", Artifacts: values("none.yaml")}, []string{"inputArtifacts[1]", "none.yaml"}},
		{"overrides that are none", good, bakery.Order{OutputName: "a", Overrides: object{"a[x]": "1"}}, []string{"overrides"}},
		{"not by the schema", object{"values.schema.json": `{"properties": {"a": {"type": "integer"}}}`}, bakery.Order{OutputName: "a", Overrides: object{"a": "x"}}, []string{"values", "/a"}},
		{"another renderer", good, bakery.Order{OutputName: "a", Renderer: "HELMFILE"}, []string{`"HELMFILE" is not supported`, "HELM3"}},
		{"the environment", object{"templates/a.yaml": `{{ env "HOME" }}`}, bakery.Order{OutputName: "a"}, []string{"env"}},
		{"much", object{"templates/a.yaml": `a: {{ range until 1000 }}{{ range until 1000 }}{{ repeat 20 "x" }}{{ end }}{{ end }}`}, bakery.Order{OutputName: "a"}, []string{"MiB"}},
		{"recursion", object{"templates/a.yaml": `{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}`}, bakery.Order{OutputName: "a"}, nil},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			files := map[string]string{"Chart.yaml": chartYAML}
			for name, text := range test.files {
				files[name] = text.(string)
			}
			_, err := bake(t, files, test.order)
			require.Error(t, err)
			require.NotEqual(t, fault.Internal, fault.KindOf(err), "%v", err)
			require.Less(t, len(err.Error()), 5000)
			for _, word := range test.words {
				require.ErrorContains(t, err, word)
			}
		})
	}
}

// TestSecretsAreHidden: what is under a key that looks like a secret's isn't in errors.
func TestSecretsAreHidden(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"Chart.yaml": chartYAML, "v.yaml": "db: {password: hunter22}\n",
		"templates/a.yaml": `{{ fail (printf "%s and %s" .Values.db.password .Values.apiToken) }}`,
	}
	_, err := bake(t, files, bakery.Order{OutputName: "a", Artifacts: values("v.yaml"), Overrides: object{"apiToken": "tok-123456"}})
	require.ErrorContains(t, err, "[hidden] and [hidden]")
	require.NotContains(t, err.Error(), "hunter22")
	require.Equal(t, fault.Invalid, fault.KindOf(err))
}

// TestVarying: what a chart makes of the time or of random numbers is not kept.
func TestVarying(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		`a: {{ "x" | upper }}`: false, `a: {{ randAlphaNum 5 }}`: true, `a: {{ now | unixEpoch }}`: true, `a: {{ uuidv4 }}`: true,
		`a: {{ (genCA "a" 1).Cert | len }}`: true, `a: {{ if false }}{{ uuidv4 }}{{ end }}`: false, `a: {{ tpl "{{ randInt 0 9 }}" . }}`: true,
		`a: {{ "x" | sha256sum }}`: false, `a: {{ dateInZone "2006" "x" "UTC" }}`: true,
	} {
		files := bakerytest.Pack(t, map[string]string{"Chart.yaml": chartYAML, "templates/a.yaml": text})
		job, err := Renderer{}.Prepare(t.Context(), bakerytest.Artifacts{"r": files}, bakery.Order{
			Renderer: "HELM3", OutputName: "a", Artifacts: []map[string]any{{"type": "git/repo", "reference": "r"}},
		})
		require.NoError(t, err)
		out, err := job.Render(t.Context())
		require.NoError(t, err, text)
		require.Equal(t, want, out.Varying, text)
	}
}

// TestPostRender: a rendered chart is passed through a kustomization.
func TestPostRender(t *testing.T) {
	t.Parallel()
	chart := bakerytest.PackBelow(t, "web", map[string]string{
		"Chart.yaml": "{apiVersion: v2, name: web, version: 1.0.0}", "templates/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\n",
	})
	bake := func(kustomization string) (bakery.Baked, error) {
		all := bakerytest.Artifacts{"chart": chart, "k": bakerytest.Pack(t, map[string]string{"over/kustomization.yaml": kustomization, "over/more.yaml": "{apiVersion: v1, kind: Service, metadata: {name: s}}"})}
		return bakery.New(all, nil, Renderer{}).Bake(t.Context(), bakery.Order{
			Renderer: "HELM3", OutputName: "shop", Artifacts: []map[string]any{{"type": "helm/chart", "reference": "chart"}},
			PostRender: map[string]any{"type": "git/repo", "reference": "k"}, PostRenderPath: "over",
		})
	}
	baked, err := bake("resources: [all.yaml, more.yaml]\nnamePrefix: a-\nnamespace: prod\n")
	require.NoError(t, err)
	require.Equal(t, "apiVersion: v1\nkind: Service\nmetadata:\n  name: a-s\n  namespace: prod\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a-shop\n  namespace: prod\n", sortedDocuments(string(baked.Manifest)))
	for kustomization, words := range map[string]string{
		"resources: [more.yaml]": "add all.yaml to its resources", "resources: [all.yaml, '../../x.yaml']": "outside of the artifact", "resources: [all.yaml, none.yaml]": "none.yaml",
		"resources: [all.yaml, 'https://h.example/x.yaml']": "remote resources are not supported",
	} {
		_, err := bake(kustomization)
		require.ErrorContains(t, err, "postRender: ")
		require.ErrorContains(t, err, words)
	}
}

// sortedDocuments has the documents of a manifest in the order of their kinds, backwards.
func sortedDocuments(manifest string) string {
	parts := strings.Split(strings.TrimSuffix(manifest, "\n"), "\n---\n")
	slices.SortFunc(parts, func(a, b string) int { return strings.Compare(b, a) })
	return strings.Join(parts, "\n---\n") + "\n"
}

package helmfile

import (
	"context"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/bakery/bakerytest"
	"github.com/gennaker/gennaker/internal/fault"
)

// stock are artifacts, and charts by their repositories.
type stock struct {
	bakerytest.Artifacts
	charts map[string][]byte
	asked  *[]string
}

func (c stock) Chart(_ context.Context, repository, name, version string) ([]byte, error) {
	*c.asked = append(*c.asked, repository+" "+name+" "+version)
	return c.charts[repository], nil
}

// chart is a chart whose one object shows its release and its values.
func chart(name string) map[string]string {
	return map[string]string{
		"Chart.yaml":       "{apiVersion: v2, name: " + name + ", version: 1.0.0}",
		"values.yaml":      "a: default\n",
		"templates/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}, namespace: {{ .Release.Namespace }}}\ndata: {{ toJson .Values }}\n",
	}
}

func repository(files map[string]string) map[string]string {
	out := map[string]string{}
	for name, text := range chart("local") {
		out["charts/local/"+name] = text
	}
	maps.Copy(out, files)
	return out
}

func bake(t *testing.T, files map[string]string, o bakery.Order, values ...string) (baked bakery.Baked, asked []string, err error) {
	t.Helper()
	all := bakerytest.Artifacts{"r": bakerytest.Pack(t, files)}
	o.Renderer, o.Artifacts = "HELMFILE", []map[string]any{{"type": "git/repo", "reference": "r"}}
	for _, text := range values {
		all[text] = []byte(text)
		o.Artifacts = append(o.Artifacts, map[string]any{"type": "github/file", "name": "values.yaml", "reference": text})
	}
	for _, of := range o.StateValues {
		text := of["reference"].(string) //nolint:forcetypeassert // of the tests
		all[text] = []byte(text)
	}
	from := stock{all, map[string][]byte{
		"https://charts.example": bakerytest.PackBelow(t, "far", chart("far")), "oci://registry.example/charts": bakerytest.PackBelow(t, "image", chart("image")),
	}, &asked}
	baked, err = bakery.New(from, nil, Renderer{}).Bake(t.Context(), o)
	return baked, asked, err
}

// lines are the lines of a manifest that tell about objects.
func lines(manifest []byte) []string {
	var out []string
	for line := range strings.Lines(string(manifest)) {
		if strings.HasPrefix(line, "metadata:") || strings.HasPrefix(line, "data:") {
			out = append(out, strings.TrimSpace(line))
		}
	}
	return out
}

func TestRender(t *testing.T) {
	t.Parallel()
	files := repository(map[string]string{
		"deploy/helmfile.yaml.gotmpl": `bases: [environments.yaml]
---
repositories:
- {name: far, url: https://charts.example/}
- {name: oci, url: registry.example/charts, oci: true}
commonLabels: {team: shop}
helmDefaults: {wait: true, timeout: 300}
templates:
  default:
    namespace: {{ .Environment.Name }}-ns
    labels: {kind: app}
    missingFileHandler: Warn
    values:
    - config/{{` + "`{{ .Release.Name }}`" + `}}.yaml
releases:
- name: web
  chart: ../charts/local
  inherit: [{template: default}]
  needs: [{{ .Environment.Name }}-ns/db]
  values:
  - config/all.yaml.gotmpl
  - {inline: {{ .Values.size }}, list: [1, 2]}
  set:
  - {name: "s.a", value: "x,y"}
  - {name: "l", values: [p, "q,r"]}
  setString:
  - {name: n, value: 7}
- name: db
  chart: far/far
  version: 1.2.3
  inherit: [{template: default}]
- name: cache
  chart: oci/image
  namespace: own
  condition: cache.enabled
- name: off
  chart: ./nowhere
  installed: false
- name: none
  chart: ./nowhere
  condition: none.enabled
{{- range $i, $name := .Values.more }}
- {name: more-{{ $name }}, chart: "oci://registry.example/charts/image", version: 2.0.0, valuesTemplate: [{of: '{{` + "`{{ .Release.Labels.team }}`" + `}}'}]}
{{- end }}
`,
		"deploy/environments.yaml": `environments:
  default: {}
  prod:
    values:
    - env/prod.yaml
    - env/prod.yaml.gotmpl
    - {none: {enabled: false}}
`,
		"deploy/env/prod.yaml":          "size: 3\ncache: {enabled: true}\nmore: [a, b]\n",
		"deploy/env/prod.yaml.gotmpl":   "double: {{ mul .Values.size 2 }}\n",
		"deploy/config/all.yaml.gotmpl": "a: {{ .Values | get \"double\" }}\nb: {{ .Release.Name }}-{{ .Values | get \"nope\" \"d\" }}\nc: {{ readFile \"config/text\" | quote }}\n",
		"deploy/config/text":            "hello",
		"deploy/config/web.yaml":        "web: yes it is\n",
	})
	baked, asked, err := bake(t, files, bakery.Order{
		Path: "deploy", Environment: "prod", Overrides: map[string]any{"o": "1"},
		StateValues: []map[string]any{{"type": "x", "reference": "size: 4\n"}},
	}, "given: {v: 1}\n")
	require.NoError(t, err)
	require.Equal(t, []string{
		"metadata: {name: db, namespace: prod-ns}", `data: {"a":"default","given":{"v":1},"o":"1"}`,
		"metadata: {name: cache, namespace: own}", `data: {"a":"default","given":{"v":1},"o":"1"}`,
		"metadata: {name: more-a, namespace: default}", `data: {"a":"default","given":{"v":1},"o":"1","of":"shop"}`,
		"metadata: {name: more-b, namespace: default}", `data: {"a":"default","given":{"v":1},"o":"1","of":"shop"}`,
		"metadata: {name: web, namespace: prod-ns}", `data: {"a":6,"b":"web-d","c":"hello","given":{"v":1},"inline":4,"l":["p","q,r"],"list":[1,2],"n":"7","o":"1","s":{"a":"x,y"},"web":"yes it is"}`,
	}, lines(baked.Manifest))
	require.Equal(t, 5, baked.Objects)
	require.Equal(t, []string{"https://charts.example far 1.2.3", "oci://registry.example/charts image ", "oci://registry.example/charts image 2.0.0", "oci://registry.example/charts image 2.0.0"}, asked)
	require.Equal(t, bakery.Source{Name: "deploy/helmfile.yaml.gotmpl", Version: "prod"}, baked.Source)
}

func TestNested(t *testing.T) {
	t.Parallel()
	files := repository(map[string]string{
		"helmfile.yaml":            "namespace: all\nhelmfiles: [one/helmfile.yaml, {path: two, values: [{v: 2}]}]\nreleases: [{name: main, chart: ./charts/local}]\n",
		"one/helmfile.yaml":        "releases: [{name: one, chart: ../charts/local, namespace: its}]\n",
		"two/helmfile.yaml.gotmpl": "values: [{v: 1, w: 1}]\n---\nreleases: [{name: two, chart: ../charts/local, values: [{v: {{ .Values.v }}, w: {{ .Values.w }}}]}]\n",
	})
	baked, _, err := bake(t, files, bakery.Order{})
	require.NoError(t, err)
	require.Equal(t, []string{
		"metadata: {name: one, namespace: its}", `data: {"a":"default"}`, "metadata: {name: two, namespace: default}", `data: {"a":"default","v":2,"w":1}`,
		"metadata: {name: main, namespace: all}", `data: {"a":"default"}`,
	}, lines(baked.Manifest))
	baked, _, err = bake(t, files, bakery.Order{Namespace: "given"})
	require.NoError(t, err)
	require.Equal(t, 3, strings.Count(string(baked.Manifest), "namespace: given}"))
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	one := func(release string) map[string]string {
		return map[string]string{"helmfile.yaml": "releases:\n- {name: a, chart: ./charts/local, " + release + "}\n"}
	}
	templated := func(text string) map[string]string {
		return map[string]string{"helmfile.yaml.gotmpl": "a:\n  b: 1\n" + text}
	}
	for name, test := range map[string]struct {
		files map[string]string
		order bakery.Order
		words []string
	}{
		"not YAML":                {map[string]string{"helmfile.yaml": "a: 1\nb: ["}, bakery.Order{}, []string{"helmfile.yaml: ", "line"}},
		"a template error":        {templated("x: {{ .Values.nope.deep }}"), bakery.Order{}, []string{"helmfile.yaml.gotmpl:3:", "nope"}},
		"a template that's not":   {templated("x: {{ if }}"), bakery.Order{}, []string{"helmfile.yaml.gotmpl:3:"}},
		"a command":               {templated(`x: {{ exec "id" (list) }}`), bakery.Order{}, []string{"exec is not supported"}},
		"the environment":         {templated(`x: {{ env "HOME" }}`), bakery.Order{}, []string{"env is not supported"}},
		"a required variable":     {templated(`x: {{ requiredEnv "HOME" }}`), bakery.Order{}, []string{"requiredEnv is not supported"}},
		"a secret":                {templated(`x: {{ fetchSecretValue "ref+vault://a" }}`), bakery.Order{}, []string{"fetchSecretValue is not supported"}},
		"a file of the server":    {templated(`x: {{ readFile "/etc/passwd" }}`), bakery.Order{}, []string{"/etc/passwd is outside of the artifact"}},
		"a file above":            {templated(`x: {{ readFile "../../etc/passwd" }}`), bakery.Order{}, []string{"is outside of the artifact"}},
		"templates without end":   {templated(`x: {{ tpl "{{ tpl .t . }}" (dict "t" "{{ tpl .t . }}") }}`), bakery.Order{}, []string{"tpl is called more than 50 deep"}},
		"much output":             {templated(`x: {{ range until 100000 }}{{ repeat 100000 "x" }}{{ end }}`), bakery.Order{}, []string{"more than ", " MiB"}},
		"no such environment":     {one(""), bakery.Order{Environment: "prod"}, []string{`environment: "prod" is not one of the environments of helmfile.yaml`}},
		"an environment of flags": {one(""), bakery.Order{Environment: "--debug x"}, []string{"environment: ", "must consist of letters"}},
		"encrypted values":        {one("secrets: [s.yaml]"), bakery.Order{}, []string{"release a: secrets is not supported"}},
		"encrypted environments":  {map[string]string{"helmfile.yaml": "environments: {default: {secrets: [a.yaml]}}"}, bakery.Order{}, []string{"environments.default.secrets is not supported"}},
		"hooks":                   {one("hooks: [{events: [prepare], command: id}]"), bakery.Order{}, []string{"hooks for the event prepare are not supported"}},
		"a post-renderer":         {map[string]string{"helmfile.yaml": "helmDefaults: {postRenderer: ./x}"}, bakery.Order{}, []string{"helmDefaults.postRenderer is not supported"}},
		"patches":                 {one("strategicMergePatches: [{}]"), bakery.Order{}, []string{"strategicMergePatches is not supported"}},
		"an unknown field":        {map[string]string{"helmfile.yaml": "relases: []"}, bakery.Order{}, []string{"relases is not supported"}},
		"a missing file":          {one("values: [none.yaml]"), bakery.Order{}, []string{"there is no file none.yaml"}},
		"values above":            {one("values: [../../etc/passwd]"), bakery.Order{}, []string{"outside of the artifact"}},
		"an unknown need":         {one("needs: [b]"), bakery.Order{}, []string{"release a: needs: there is no release b"}},
		"needs in a circle":       {map[string]string{"helmfile.yaml": "releases: [{name: a, chart: ./charts/local, needs: [b]}, {name: b, chart: ./charts/local, needs: [a]}]"}, bakery.Order{}, []string{"need each other in a circle"}},
		"no chart":                {map[string]string{"helmfile.yaml": "releases: [{name: a}]"}, bakery.Order{}, []string{"release a: chart is missing"}},
		"a chart above":           {map[string]string{"helmfile.yaml": "releases: [{name: a, chart: ../../x}]"}, bakery.Order{}, []string{"outside of the artifact"}},
		"a chart of an address":   {map[string]string{"helmfile.yaml": "releases: [{name: a, chart: 'git::https://h/r'}]"}, bakery.Order{}, []string{"is an address, which is not supported"}},
		"an unknown repository":   {map[string]string{"helmfile.yaml": "repositories: [{name: r, url: 'https://other.example'}]\nreleases: [{name: a, chart: r/c}]"}, bakery.Order{}, []string{"no Helm artifact account for the repository https://other.example"}},
		"itself":                  {map[string]string{"helmfile.yaml": "helmfiles: [helmfile.yaml]"}, bakery.Order{}, []string{"includes itself"}},
		"bases in a circle":       {map[string]string{"helmfile.yaml": "bases: [a.yaml]", "a.yaml": "bases: [b.yaml]", "b.yaml": "bases: [a.yaml]"}, bakery.Order{}, []string{"bases include each other"}},
		"many parts":              {map[string]string{"helmfile.yaml": strings.Repeat("---\n", 20000)}, bakery.Order{}, []string{"parts"}},
		"no helmfile":             {map[string]string{"x/a.yaml": "a: 1"}, bakery.Order{Path: "x"}, []string{"has no helmfile.yaml"}},
		"out of it":               {one(""), bakery.Order{Path: "../x"}, []string{"helmfileFilePath: ", "leads out of the artifact"}},
		"a chart that fails":      {map[string]string{"helmfile.yaml": "releases: [{name: a, chart: ./bad}]", "bad/Chart.yaml": "{apiVersion: v2, name: bad, version: 1.0.0}", "bad/templates/x.yaml": "\n{{ fail .Values.why }}", "bad/values.yaml": "why: it is so"}, bakery.Order{}, []string{"release a: ", "bad/templates/x.yaml:2:", "it is so"}},
		"a condition":             {one("condition: a.b"), bakery.Order{}, []string{"must end with .enabled"}},
		"a condition of nothing":  {one("condition: a.enabled"), bakery.Order{}, []string{"there is no object of values at"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := bake(t, repository(test.files), test.order)
			require.Error(t, err)
			require.Contains(t, []fault.Kind{fault.Invalid, fault.TooLarge}, fault.KindOf(err), "%v", err)
			for _, word := range test.words {
				require.ErrorContains(t, err, word)
			}
		})
	}
}

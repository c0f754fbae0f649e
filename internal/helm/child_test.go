package helm

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/fake"

	"github.com/gennaker/gennaker/internal/confine"
	"github.com/gennaker/gennaker/internal/fault"
)

// TestRenderInAChild: a child gives what rendering here would.
func TestRenderInAChild(t *testing.T) {
	t.Parallel()
	r := request(t, map[string]any{"deep": map[string]any{"b": int64(10_000_000), "c": 0.5}},
		"templates/a.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {sum: '{{ .Values.a }} {{ .Values.deep.b }} {{ .Values.deep.c }}'}}",
		"templates/h.yaml", "{apiVersion: v1, kind: Pod, metadata: {name: late, annotations: {helm.sh/hook: pre-upgrade}}}",
		"templates/NOTES.txt", "well done",
		"crds/a.yaml", "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: own}}",
		"charts/inner/Chart.yaml", "{apiVersion: v2, name: inner, version: 1.0.0}",
		"charts/inner/crds/b.yaml", "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: inner}}")
	want, err := build(r, nil)
	require.NoError(t, err)
	got, err := Render(t.Context(), r)
	require.NoError(t, err)
	require.Contains(t, got.Manifest, "1 10000000 0.5")
	require.Equal(t, want.Manifest, got.Manifest)
	require.Equal(t, want.Info.Notes, got.Info.Notes)
	require.True(t, want.Info.LastDeployed.Equal(got.Info.LastDeployed))
	hooks, err := Hooks(got, "pre-upgrade")
	require.NoError(t, err)
	require.Len(t, hooks, 1)
	wantCRDs, err := CRDs(want)
	require.NoError(t, err)
	gotCRDs, err := CRDs(got)
	require.NoError(t, err)
	require.Len(t, gotCRDs, 2)
	require.Equal(t, wantCRDs, gotCRDs)
	wantRecord, err := Record(want, nil)
	require.NoError(t, err)
	gotRecord, err := Record(got, nil)
	require.NoError(t, err)
	require.Equal(t, wantRecord, gotRecord)
}

// TestChildFaults: what is wrong with a chart is told as it would be here.
func TestChildFaults(t *testing.T) {
	t.Parallel()
	_, err := Render(t.Context(), request(t, nil, "templates/a.yaml", "{{ fail \"no way\" }}"))
	require.Equal(t, fault.Invalid, fault.KindOf(err))
	require.ErrorContains(t, err, "no way")
}

// TestChildIsBound: charts that would fill the memory or never end do neither.
func TestChildIsBound(t *testing.T) { //nolint:paralleltest // children share the places
	small := confine.Bounds{Memory: 96 << 20, Time: time.Minute}
	for name, text := range map[string]string{
		"nested loops":      `a: "{{ range until 10000 }}{{ range until 10000 }}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx{{ end }}{{ end }}"`,
		"lists that double": `a: {{ $l := list 1 2 }}{{ range until 40 }}{{ $l = concat $l $l }}{{ end }}`,
		"texts that double": `a: {{ $x := "xx" }}{{ range until 40 }}{{ $x = cat $x $x }}{{ end }}`,
		"shared objects":    `a: {{ $d := dict "a" 1 }}{{ range until 40 }}{{ $d = dict "a" $d "b" $d }}{{ end }}{{ toYaml $d }}`,
	} {
		began := time.Now()
		_, err := renderWithin(t.Context(), small, request(t, nil, "templates/a.yaml", text))
		require.Equal(t, fault.Invalid, fault.KindOf(err), "%s: %v", name, err)
		require.Less(t, len(err.Error()), 2000, name)
		t.Logf("%s: %v after %s", name, err, time.Since(began))
	}
	const endless = `a: {{ range until 10000 }}{{ range until 10000 }}{{ range list 1 2 3 4 5 6 7 8 9 }}{{ end }}{{ end }}{{ end }}`
	_, err := renderWithin(t.Context(), confine.Bounds{Memory: confine.DefaultBounds.Memory, Time: time.Second}, request(t, nil, "templates/a.yaml", endless))
	require.ErrorContains(t, err, "took longer than 1s")
	require.Equal(t, fault.Invalid, fault.KindOf(err))

	gone := errors.New("gone")
	ctx, cancel := context.WithCancelCause(t.Context())
	time.AfterFunc(200*time.Millisecond, func() { cancel(gone) })
	_, err = Render(ctx, request(t, nil, "templates/a.yaml", endless))
	require.ErrorIs(t, err, gone)
}

// TestChildLooksUp: a child sees live objects through its parent alone.
func TestChildLooksUp(t *testing.T) {
	t.Parallel()
	r := request(t, nil, "templates/a.yaml", `{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {a: '{{ (lookup "v1" "ConfigMap" "prod" "there").data.n }}', b: '{{ lookup "v1" "ConfigMap" "prod" "missing" }}', c: '{{ env "HOME" }}'}}`)
	r.Lookup = clients{fake.NewSimpleDynamicClient(runtime.NewScheme(), &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "there", "namespace": "prod"}, "data": map[string]any{"n": "found"},
	}})}
	_, err := Render(t.Context(), r)
	require.ErrorContains(t, err, "env") // Helm has no such function
	r.Chart = request(t, nil, "templates/a.yaml", strings.Replace(lookedUp, "MISSING", "missing", 1)).Chart
	got, err := Render(t.Context(), r)
	require.NoError(t, err)
	require.Contains(t, got.Manifest, "a: 'found', b: 'map[]'")
	r.Chart = request(t, nil, "templates/a.yaml", `{{ lookup "v1" "Broken" "prod" "x" }}`).Chart
	_, err = Render(t.Context(), r)
	require.ErrorContains(t, err, "no such kind")
}

const lookedUp = `{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {a: '{{ (lookup "v1" "ConfigMap" "prod" "there").data.n }}', b: '{{ lookup "v1" "ConfigMap" "prod" "MISSING" }}'}}`

type clients struct{ dynamic.Interface }

func (c clients) GetClientFor(_, kind string) (dynamic.NamespaceableResourceInterface, bool, error) {
	if kind != "ConfigMap" {
		return nil, false, errors.New("no such kind")
	}
	return c.Resource(schema.GroupVersionResource{Version: "v1", Resource: "configmaps"}), true, nil
}

package helm

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/bakery/bakerytest"
	"github.com/gennaker/gennaker/internal/fault"
)

// hub is where charts can be had, besides artifacts.
type hub struct {
	bakerytest.Artifacts
	charts map[string][]byte
	asked  []string
}

func (h *hub) Chart(_ context.Context, repository, name, version string) ([]byte, error) {
	h.asked = append(h.asked, repository+" "+name+" "+version)
	if repository == "https://down.example" {
		return nil, fault.New(fault.Unavailable, "it is down")
	}
	return h.charts[name], nil
}

// TestDependencies: what a chart lacks comes from its repository, or with an account; with
// it the chart renders as if it were in the chart.
func TestDependencies(t *testing.T) {
	t.Parallel()
	inner := func(name string) map[string]string {
		return map[string]string{
			"Chart.yaml":       "{apiVersion: v2, name: " + name + ", version: 1.2.3}",
			"templates/a.yaml": "{apiVersion: v1, kind: ConfigMap, metadata: {name: " + name + "-{{ .Values.x }}}}", "values.yaml": "x: 1",
		}
	}
	own := map[string]string{
		"app/Chart.yaml": "{apiVersion: v2, name: app, version: 1.0.0, dependencies: [{name: db, version: ^1, repository: 'https://charts.example'}, {name: local, version: '*', repository: 'file://../local'}, {name: there, version: '*', repository: 'https://other.example'}]}",
		"app/Chart.lock": "dependencies: [{name: db, version: 1.2.3, repository: 'https://charts.example'}]", "app/values.yaml": "db: {x: 5}",
		"app/templates/a.yaml": "{apiVersion: v1, kind: Service, metadata: {name: app}}",
	}
	for _, name := range []string{"local", "app/charts/there"} {
		for file, text := range inner(name[max(0, len(name)-5):]) {
			own[name+"/"+file] = text
		}
	}
	h := &hub{Artifacts: bakerytest.Artifacts{"r": bakerytest.Pack(t, own)}, charts: map[string][]byte{"db": bakerytest.PackBelow(t, "db", inner("db"))}}
	order := bakery.Order{Renderer: "HELM3", OutputName: "a", Path: "app", Artifacts: []map[string]any{{"type": "git/repo", "reference": "r"}}}
	baked, err := bakery.New(h, nil, Renderer{}).Bake(t.Context(), order)
	require.NoError(t, err)
	require.Equal(t, []string{"https://charts.example db 1.2.3"}, h.asked)

	for file, text := range inner("db") {
		own["app/charts/db/"+file] = text
	}
	for file, text := range inner("local") {
		own["app/charts/local/"+file] = text
	}
	h.Artifacts["r"] = bakerytest.Pack(t, own)
	vendored, err := bakery.New(h, nil, Renderer{}).Bake(t.Context(), order)
	require.NoError(t, err)
	require.Equal(t, string(vendored.Manifest), string(baked.Manifest))
	require.Equal(t, 4, baked.Objects)
	require.Contains(t, string(baked.Manifest), "db-5")
	require.Len(t, h.asked, 1)

	archived := map[string]string{"app/Chart.yaml": "{apiVersion: v2, name: app, version: 1.0.0, dependencies: [{name: db, version: 1.2.3, repository: '@charts'}]}"}
	h.Artifacts["c"] = bakerytest.Pack(t, archived)
	order.Artifacts[0] = map[string]any{"type": "helm/chart", "reference": "c"}
	baked, err = bakery.New(h, nil, Renderer{}).Bake(t.Context(), order)
	require.NoError(t, err)
	require.Equal(t, 1, baked.Objects)
	require.Equal(t, "@charts db 1.2.3", h.asked[1])

	for repository, words := range map[string]string{
		"https://none.example": "chart app: lacks its dependencies nope; add an artifact account", "https://down.example": "fetch the dependency nope: it is down", "file://../../../etc": "lacks its dependencies nope",
	} {
		h.Artifacts["c"] = bakerytest.Pack(t, map[string]string{"app/Chart.yaml": "{apiVersion: v2, name: app, version: 1.0.0, dependencies: [{name: nope, version: 1, repository: '" + repository + "'}]}"})
		_, err = bakery.New(h, nil, Renderer{}).Bake(t.Context(), order)
		require.ErrorContains(t, err, words)
	}
}

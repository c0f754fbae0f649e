package kubernetes

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

func pruning(r *manifest.DeployRequest) {
	r.Inventory = &manifest.Inventory{ID: "inv", Name: "shop: Deploy"}
}

// written are the objects that a plan writes down, as "namespace/kind name".
func written(t *testing.T, plan manifest.Plan) []string {
	t.Helper()
	for _, step := range plan.Steps {
		if !step.Hidden {
			continue
		}
		var entries []manifest.InventoryEntry
		require.NoError(t, json.Unmarshal([]byte(model.String(model.Object(step.Manifest, "data"), inventoryKey)), &entries))
		out := []string{}
		for _, e := range entries {
			out = append(out, e.Namespace+"/"+e.Kind+" "+e.Name)
		}
		return out
	}
	t.Fatal("nothing is written down")
	return nil
}

// What a deployment that prunes will apply is written down before it is applied,
// beside what was remembered; what is no longer among the manifests is to go.
func TestInventory(t *testing.T) {
	t.Parallel()
	known := func(entries string) string {
		return `{apiVersion: v1, kind: ConfigMap, metadata: {name: gennaker-inventory-inv, namespace: home, labels: {gennaker.io/inventory: inv}}, data: {objects: '` + entries + `'}}`
	}
	service := `{"apiVersion":"v1","kind":"Service","namespace":"ns","name":"web","uid":"u"}`
	old := `{"apiVersion":"v1","kind":"Service","namespace":"ns","name":"old","uid":"o"}`
	for name, c := range map[string]struct {
		text    string
		objects []string
		steps   []string
		written []string
		leaving []string
	}{
		"the first time": {aService, nil, []string{"apply configMap gennaker-inventory-inv", "apply service web"}, []string{"ns/Service web"}, nil},
		"again":          {aService, []string{known("[" + service + "]")}, []string{"apply configMap gennaker-inventory-inv", "apply service web"}, []string{"ns/Service web"}, nil},
		"something has left": {aService, []string{known("[" + service + "," + old + "]")}, []string{"apply configMap gennaker-inventory-inv", "apply service web"},
			[]string{"ns/Service old", "ns/Service web"}, []string{"old"}},
		"after the namespace that it is in": {together(`{apiVersion: v1, kind: Namespace, metadata: {name: ns}}`, aService), nil,
			[]string{"apply namespace ns", "apply configMap gennaker-inventory-inv", "apply service web"}, []string{"/Namespace ns", "ns/Service web"}, nil},
		"nothing with a namespace": {`{apiVersion: v1, kind: Namespace, metadata: {name: ns}}`, nil,
			[]string{"apply namespace ns", "apply configMap gennaker-inventory-inv"}, []string{"/Namespace ns"}, nil},
	} {
		l := newLab(t, Options{}, c.objects...)
		plan, err := l.plan(c.text, pruning)
		require.NoError(t, err, name)
		require.Equal(t, c.steps, names(plan), name)
		require.Equal(t, c.written, written(t, plan), name)
		var leaving []string
		for _, e := range plan.Leaving {
			leaving = append(leaving, e.Name)
		}
		require.Equal(t, c.leaving, leaving, name)
		for _, step := range plan.Steps {
			if step.Hidden {
				if len(c.objects) > 0 {
					require.Equal(t, "home", step.Namespace, "it stays where it is")
				}
				require.Equal(t, "shop: Deploy", annotation(step.Manifest, annotationInventoryName))
				continue
			}
			require.Equal(t, "inv", annotation(step.Manifest, annotationInventory), "each object says whose it is")
		}
	}
	// What is kept in the cluster can be damaged there.
	l := newLab(t, Options{}, known("[{"))
	_, err := l.plan(aService, pruning)
	require.Equal(t, fault.Conflict, fault.KindOf(err))
	require.ErrorContains(t, err, `account sim: the inventory in configMap "gennaker-inventory-inv" in namespace "home" can't be read; delete it to begin a new one`)
	// A version that is taken is written down under the name that it gets.
	l = newLab(t, Options{})
	plan, err := l.plan(aConfigMap, pruning)
	require.NoError(t, err)
	require.Equal(t, []string{"apply configMap gennaker-inventory-inv", "apply configMap settings-v000"}, names(plan))
	l.put(`{apiVersion: v1, kind: ConfigMap, metadata: {name: settings-v000, annotations: {artifact.spinnaker.io/type: kubernetes/configMap, artifact.spinnaker.io/version: v000, gennaker.io/content: other}}}`)
	next, err := l.NextVersion(t.Context(), "sim", plan, 1)
	require.NoError(t, err)
	require.Equal(t, []string{"apply configMap gennaker-inventory-inv", "apply configMap gennaker-inventory-inv", "apply configMap settings-v001"}, names(next))
	require.Contains(t, model.String(model.Object(next.Steps[1].Manifest, "data"), inventoryKey), `"settings-v001"`)
	require.NotContains(t, model.String(model.Object(next.Steps[1].Manifest, "data"), inventoryKey), `"settings-v000"`)
}

// An inventory has room for as much as a ConfigMap holds.
func TestLargeInventories(t *testing.T) {
	t.Parallel()
	i := inventory{of: manifest.Inventory{ID: "inv"}}
	for n := range 3000 {
		i.add(manifest.InventoryEntry{APIVersion: "v1", Kind: "Service", Namespace: strings.Repeat("n", 60), Name: strings.Repeat("a", 240) + string(rune('a'+n%26)) + string(rune('a'+n/26%26)) + string(rune('a'+n/676))})
	}
	_, err := i.step("op")
	require.EqualError(t, err, "prune: 3000 objects are too many to remember for one stage; deploy them by several")
	// Of two words about one object the one that knows it better stays, whatever the
	// version of its kind.
	i = inventory{}
	for _, e := range []manifest.InventoryEntry{
		{APIVersion: "apps/v1", Kind: "Deployment", Name: "a"}, {APIVersion: "apps/v1", Kind: "Deployment", Name: "a", UID: "u"},
		{APIVersion: "apps/v1beta1", Kind: "Deployment", Name: "a"}, {APIVersion: "extensions/v1beta1", Kind: "Deployment", Name: "a"},
		{APIVersion: "example.com/v1", Kind: "Deployment", Name: "a"},
	} {
		i.add(e)
	}
	require.Len(t, i.entries, 2)
	require.Equal(t, "u", i.entries[0].UID)
}

// Objects are applied again as they were: by their versions, as this operation, and
// with the traffic that they had.
func TestReapply(t *testing.T) {
	t.Parallel()
	l := newLab(t, Options{},
		`{apiVersion: v1, kind: Service, metadata: {name: front}, spec: {selector: {lb: front}}}`,
		`{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: web-v001, annotations: {traffic.spinnaker.io/load-balancers: '["service front"]'}}, spec: {template: {metadata: {labels: {}}}}}`)
	before, err := l.plan(together(aConfigMap, strings.Replace(aReplicaSet, "{name: web}", `{name: web, annotations: {traffic.spinnaker.io/load-balancers: '["service front"]'}}`, 1)), func(r *manifest.DeployRequest) { r.ID = "before" })
	require.NoError(t, err)
	before.Steps[1].Name, before.Steps[1].FullName = "web-v001", "replicaSet web-v001"
	plan, err := l.PlanReapply(t.Context(), manifest.ReapplyRequest{ID: "again", Account: "sim", Steps: before.Steps})
	require.NoError(t, err)
	require.Equal(t, []string{"apply configMap settings-v000", "apply replicaSet web-v001", "patch replicaSet web-v001"}, names(plan))
	require.Equal(t, &manifest.Version{Name: "settings", Content: before.Steps[0].Version.Content, Bound: true}, plan.Steps[0].Version)
	for _, step := range plan.Steps[:2] {
		require.Equal(t, "again", step.Operation)
		require.Equal(t, "again", annotation(step.Manifest, annotationOperation))
		require.True(t, step.KeepWaiting)
	}
	require.Equal(t, "before", annotation(before.Steps[0].Manifest, annotationOperation), "what was deployed before is not changed")
}

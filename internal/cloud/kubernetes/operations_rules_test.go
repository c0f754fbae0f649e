package kubernetes

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/manifest"
	"github.com/gennaker/gennaker/internal/testkube/simulated"
)

func at(name string) manifest.TargetRequest {
	return manifest.TargetRequest{ID: "op", Account: "sim", Location: "ns", ManifestName: name}
}

// oneStep is the only step of a plan, as what it does and sends.
func oneStep(t *testing.T, plan manifest.Plan) string {
	t.Helper()
	require.Len(t, plan.Steps, 1)
	step := plan.Steps[0]
	body, err := json.Marshal(step.Body)
	require.NoError(t, err)
	if step.Body == nil {
		return string(step.Action) + " " + step.FullName
	}
	return string(step.Action) + " " + step.FullName + " " + step.PatchType + " " + string(body)
}

var workloads = []string{
	`{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 2, template: {metadata: {}}}}`,
	`{apiVersion: apps/v1, kind: Deployment, metadata: {name: stopped}, spec: {paused: true}}`,
	`{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db}, spec: {replicas: 3}}`,
	`{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: agent}, spec: {}}`,
	`{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: web-v001}, spec: {replicas: 2}}`,
	`{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {a: "1"}}`,
	`{apiVersion: example.com/v1, kind: Gadget, metadata: {name: one}}`,
}

// What can be done with an object goes by its kind, as with clouddriver's handlers.
func TestOperationsByKind(t *testing.T) {
	t.Parallel()
	l := newLab(t, Options{}, workloads...)
	scale := func(n int64) func(string) (manifest.Plan, error) {
		return func(name string) (manifest.Plan, error) {
			return l.PlanScale(t.Context(), manifest.ScaleRequest{TargetRequest: at(name), Replicas: n})
		}
	}
	restart := func(name string) (manifest.Plan, error) { return l.PlanRollingRestart(t.Context(), at(name)) }
	pause := func(name string) (manifest.Plan, error) { return l.PlanPauseRollout(t.Context(), at(name)) }
	resume := func(name string) (manifest.Plan, error) { return l.PlanResumeRollout(t.Context(), at(name)) }
	traffic := func(name string) (manifest.Plan, error) {
		return l.PlanTraffic(t.Context(), manifest.TrafficRequest{TargetRequest: at(name), Percentage: 100}, true)
	}
	undo := func(name string) (manifest.Plan, error) {
		back := int64(1)
		return l.PlanUndoRollout(t.Context(), manifest.UndoRequest{TargetRequest: at(name), NumRevisionsBack: &back})
	}
	const restarted = ` merge {"spec":{"template":{"metadata":{"annotations":{"kubectl.kubernetes.io/restartedAt":"2024-01-02T03:04:05Z"}}}}}`
	for _, c := range []struct {
		do         func(string) (manifest.Plan, error)
		name, want string
	}{
		{scale(5), "deployment web", "scale deployment web"},
		{scale(0), "statefulSet db", "scale statefulSet db"},
		{scale(5), "replicaSet web-v001", "scale replicaSet web-v001"},
		{scale(5), "Gadget.example.com one", "scale Gadget.example.com one"},
		{scale(5), "daemonSet agent", "manifestName: an object of kind daemonSet can't be scaled"},
		{scale(5), "configMap settings", "manifestName: an object of kind configMap can't be scaled"},
		{scale(-1), "deployment web", "replicas: must not be negative, but is -1"},
		{scale(5), "deployment gone", `account sim can't read deployment "gone" in namespace "ns": NotFound`},
		{scale(5), "web", `manifestName: "web" must be a kind and a name, as in "deployment web"`},
		{scale(5), "nope web", `kind: the cluster of account sim serves no kind "nope"`},
		{restart, "deployment web", "patch deployment web" + restarted},
		{restart, "statefulSet db", "patch statefulSet db" + restarted},
		{restart, "daemonSet agent", "patch daemonSet agent" + restarted},
		{restart, "replicaSet web-v001", "manifestName: an object of kind replicaSet can't be restarted"},
		{restart, "deployment stopped", `deployment "stopped" in namespace "ns" is paused; resume its rollout first`},
		{pause, "deployment web", `patch deployment web merge {"spec":{"paused":true}}`},
		{resume, "deployment web", `patch deployment web merge {"spec":{"paused":false}}`},
		{pause, "statefulSet db", "manifestName: an object of kind statefulSet can't be paused or resumed; only Deployments can"},
		{resume, "daemonSet agent", "manifestName: an object of kind daemonSet can't be paused or resumed; only Deployments can"},
		{traffic, "deployment web", "manifestName: an object of kind deployment can't receive traffic; only ReplicaSets and Pods can"},
		{undo, "replicaSet web-v001", "manifestName: an object of kind replicaSet can't be rolled back; only Deployments, StatefulSets and DaemonSets can"},
		{undo, "deployment stopped", `deployment "stopped" in namespace "ns" is paused; resume its rollout first`},
		{undo, "deployment web", `numRevisionsBack: deployment "web" in namespace "ns" has 0 revision(s) in total and can't be rolled back by 1`},
	} {
		plan, err := c.do(c.name)
		if err != nil {
			require.EqualError(t, err, c.want, c.name)
			continue
		}
		require.Equal(t, c.want, oneStep(t, plan), c.name)
	}
}

// A rollback goes to the revision by its number, or so many back from the newest.
func TestRevisions(t *testing.T) {
	t.Parallel()
	var history []revision
	for _, n := range []int64{2, 3, 7} {
		history = append(history, revision{number: n, object: &unstructured.Unstructured{}})
	}
	number := func(n int64) *int64 { return &n }
	for _, c := range []struct {
		request manifest.UndoRequest
		want    int64
		fails   string
	}{
		{manifest.UndoRequest{NumRevisionsBack: number(0)}, 7, ""},
		{manifest.UndoRequest{NumRevisionsBack: number(1)}, 3, ""},
		{manifest.UndoRequest{NumRevisionsBack: number(2)}, 2, ""},
		{manifest.UndoRequest{NumRevisionsBack: number(3)}, 0, "numRevisionsBack: web has 3 revision(s) in total and can't be rolled back by 3"},
		{manifest.UndoRequest{NumRevisionsBack: number(-1)}, 0, "numRevisionsBack: must not be negative, but is -1"},
		{manifest.UndoRequest{Revision: number(3)}, 3, ""},
		{manifest.UndoRequest{Revision: number(3), NumRevisionsBack: number(0)}, 7, ""},
		{manifest.UndoRequest{Revision: number(4)}, 0, "revision: web has no revision 4; it has 2, 3, 7"},
		{manifest.UndoRequest{}, 0, "numRevisionsBack: is missing; name it or a revision"},
	} {
		got, err := pickRevision(history, c.request, "web")
		if c.fails != "" {
			require.EqualError(t, err, c.fails)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, c.want, got.number)
	}
}

// A rollback replaces the whole pod template, without the label that a Deployment
// gives the pods of a ReplicaSet.
func TestRollback(t *testing.T) {
	t.Parallel()
	owned := func(owner string) string { return `ownerReferences: [{uid: uid-of-` + owner + `, controller: true}]` }
	l := newLab(t, Options{}, append([]string{
		`{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: web-a, annotations: {deployment.kubernetes.io/revision: "1"}, ` + owned("web") + `}, spec: {template: {metadata: {labels: {app: web, pod-template-hash: a}}, spec: {x: old}}}}`,
		`{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: web-b, annotations: {deployment.kubernetes.io/revision: "2"}, ` + owned("web") + `}, spec: {template: {spec: {x: new}}}}`,
		`{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: other, annotations: {deployment.kubernetes.io/revision: "9"}, ` + owned("x") + `}, spec: {template: {spec: {x: other}}}}`,
		`{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: unnumbered, ` + owned("web") + `}, spec: {}}`,
		`{apiVersion: apps/v1, kind: ControllerRevision, metadata: {name: db-a, ` + owned("db") + `}, revision: 4, data: {spec: {template: {x: old}}}}`,
		`{apiVersion: apps/v1, kind: ControllerRevision, metadata: {name: db-b, ` + owned("db") + `}, revision: 5, data: {spec: {}}}`,
	}, workloads...)...)
	back := func(name string, revision int64) (manifest.Plan, error) {
		return l.PlanUndoRollout(t.Context(), manifest.UndoRequest{TargetRequest: at(name), Revision: &revision})
	}
	plan, err := back("deployment web", 1)
	require.NoError(t, err)
	require.Equal(t, `patch deployment web json [{"op":"replace","path":"/spec/template","value":{"metadata":{"labels":{"app":"web"}},"spec":{"x":"old"}}}]`, oneStep(t, plan))
	require.Equal(t, rollbackManager, plan.Steps[0].Manager)
	plan, err = back("statefulSet db", 4)
	require.NoError(t, err)
	require.Equal(t, `patch statefulSet db strategic {"spec":{"template":{"x":"old"}}}`, oneStep(t, plan))
	_, err = back("statefulSet db", 5)
	require.ErrorContains(t, err, "has no pod template")
	_, err = back("deployment web", 9)
	require.ErrorContains(t, err, `it has 1, 2`)
}

// A patch is sent as it is, with the artifacts in their places; a JSON patch is sent
// once only.
func TestPatches(t *testing.T) {
	t.Parallel()
	l := newLab(t, Options{}, workloads...)
	image := model.Artifact{Type: typeImage, Name: "shop/web", Reference: "shop/web:7"}
	body := map[string]any{"spec": map[string]any{"template": map[string]any{"spec": map[string]any{"containers": []any{map[string]any{"name": "web", "image": "shop/web"}}}}}}
	plan, err := l.PlanPatch(t.Context(), manifest.PatchRequest{
		TargetRequest: at("deployment web"), Body: body, MergeStrategy: "strategic", RequiredArtifacts: []model.Artifact{image}, AllArtifacts: []model.Artifact{image},
	})
	require.NoError(t, err)
	require.Equal(t, `patch deployment web strategic {"spec":{"template":{"spec":{"containers":[{"image":"shop/web:7","name":"web"}]}}}}`, oneStep(t, plan))
	require.Equal(t, []model.Artifact{image}, plan.BoundArtifacts)
	require.False(t, plan.Steps[0].Once)

	_, err = l.PlanPatch(t.Context(), manifest.PatchRequest{
		TargetRequest: at("deployment web"), Body: map[string]any{}, MergeStrategy: "merge", RequiredArtifacts: []model.Artifact{image}, AllArtifacts: []model.Artifact{image},
	})
	require.EqualError(t, err, "requiredArtifacts: these have no place in the patch: docker/image shop/web")

	plan, err = l.PlanPatch(t.Context(), manifest.PatchRequest{
		TargetRequest: at("configMap settings"), Body: []any{map[string]any{"op": "remove", "path": "/data/a"}}, MergeStrategy: "json", Record: true,
	})
	require.NoError(t, err)
	require.Equal(t, []string{"patch configMap settings", "patch configMap settings"}, names(plan))
	require.True(t, plan.Steps[0].Once)
	require.Equal(t, map[string]any{"metadata": map[string]any{"annotations": map[string]any{annotationChangeCause: "gennaker patch configMap settings --type=json"}}}, plan.Steps[1].Body)
}

// The options of a deletion are read as clouddriver reads them.
func TestDeleteOptions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		options     map[string]any
		propagation string
		grace       any
		fails       string
	}{
		{nil, "", nil, ""},
		{map[string]any{"orphanDependents": true}, "orphan", nil, ""},
		{map[string]any{"orphanDependents": false}, "background", nil, ""},
		{map[string]any{"cascading": true}, "background", nil, ""},
		{map[string]any{"cascading": "true"}, "background", nil, ""},
		{map[string]any{"cascading": false}, "orphan", nil, ""},
		{map[string]any{"cascading": "Foreground"}, "foreground", nil, ""},
		{map[string]any{"cascading": "orphan"}, "orphan", nil, ""},
		{map[string]any{"cascading": ""}, "", nil, ""},
		{map[string]any{"orphanDependents": true, "cascading": "foreground"}, "orphan", nil, ""},
		{map[string]any{"cascading": "all"}, "", nil, `options.cascading: "all" is not true, false, orphan, background, or foreground`},
		{map[string]any{"gracePeriodSeconds": json.Number("30")}, "", int64(30), ""},
		{map[string]any{"gracePeriodSeconds": 0}, "", int64(0), ""},
		{map[string]any{"gracePeriodSeconds": "5"}, "", int64(5), ""},
		{map[string]any{"gracePeriodSeconds": ""}, "", nil, ""},
		{map[string]any{"gracePeriodSeconds": nil}, "", nil, ""},
		{map[string]any{"gracePeriodSeconds": -1}, "", nil, "options.gracePeriodSeconds: -1 is not a number of seconds"},
		{map[string]any{"gracePeriodSeconds": "soon"}, "", nil, "options.gracePeriodSeconds: soon is not a number of seconds"},
	} {
		got, err := deleteOptions(c.options)
		if c.fails != "" {
			require.EqualError(t, err, c.fails)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, c.propagation, got.propagation, "%v", c.options)
		if c.grace == nil {
			require.Nil(t, got.grace, "%v", c.options)
		} else {
			require.Equal(t, c.grace, *got.grace, "%v", c.options)
		}
	}
	for name, want := range map[string]string{"orphan": "Orphan", "foreground": "Foreground", "background": "Background", "": "Background"} {
		require.Equal(t, want, string(*propagation(name)))
	}
}

// A deletion by labels never means everything.
func TestDeletions(t *testing.T) {
	t.Parallel()
	l := newLab(t, Options{}, workloads...)
	labelled := func(kind string, values ...string) manifest.Selectors {
		return manifest.Selectors{Selectors: []manifest.Selector{{Kind: kind, Key: "app", Values: values}}}
	}
	for _, c := range []struct {
		name  string
		kinds []string
		by    manifest.Selectors
		want  []string
		fails string
	}{
		{"deployment web", nil, manifest.Selectors{}, []string{"delete deployment web"}, ""},
		{"deployment gone", nil, manifest.Selectors{}, []string{"delete deployment gone"}, ""},
		{"", nil, manifest.Selectors{}, nil, "manifestName: is missing; name one object, or kinds and labelSelectors"},
		{"", []string{"deployment"}, manifest.Selectors{}, nil, "labelSelectors: no selector checks a label, so all objects of the kinds would be deleted; select by a label, for example with kind EXISTS"},
		{"", []string{"deployment"}, manifest.Selectors{Selectors: []manifest.Selector{{Kind: "ANY"}}}, nil, "labelSelectors: no selector checks a label, so all objects of the kinds would be deleted; select by a label, for example with kind EXISTS"},
		{"", []string{"nope"}, labelled("EXISTS"), nil, `kinds: kind: the cluster of account sim serves no kind "nope"`},
		{"", []string{"configMap", "daemonSet"}, labelled("EXISTS"), []string{"delete configMap settings", "delete daemonSet agent"}, ""},
	} {
		plan, err := l.PlanDelete(t.Context(), manifest.DeleteRequest{TargetRequest: at(c.name), Kinds: c.kinds, LabelSelectors: c.by})
		if c.fails != "" {
			require.EqualError(t, err, c.fails)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, c.want, names(plan))
		if c.name == "" {
			require.Equal(t, "uid-of-settings", plan.Steps[0].UID, "what is made anew meanwhile is left alone")
		}
	}
}

// Of the versions of an object only as many are kept as its annotation says, the
// newest ones; the one that was just deployed is, however old.
func TestCleanup(t *testing.T) {
	t.Parallel()
	version := func(name, number, day string) string {
		return `{apiVersion: v1, kind: ConfigMap, metadata: {name: ` + name + `-` + number + `, creationTimestamp: "2024-01-` + day + `T00:00:00Z", annotations: {artifact.spinnaker.io/type: kubernetes/configMap, artifact.spinnaker.io/version: ` + number + `}}}`
	}
	l := newLab(t, Options{}, version("c", "v000", "01"), version("c", "v001", "02"), version("c", "v002", "03"), version("c", "v003", "04"), version("d", "v000", "01"),
		`{apiVersion: v1, kind: ConfigMap, metadata: {name: c-v004, creationTimestamp: "2023-01-01T00:00:00Z"}}`)
	deployed := func(name, number, history string) map[string]any {
		return object(t, `{apiVersion: v1, kind: ConfigMap, metadata: {name: `+name+`, namespace: ns, annotations: {artifact.spinnaker.io/version: `+number+`, strategy.spinnaker.io/max-version-history: "`+history+`"}}}`)
	}
	for _, c := range []struct {
		m    map[string]any
		want []string
	}{
		{deployed("c-v003", "v003", "2"), []string{"delete configMap c-v000", "delete configMap c-v001"}},
		{deployed("c-v003", "v003", "1"), []string{"delete configMap c-v000", "delete configMap c-v001", "delete configMap c-v002"}},
		{deployed("c-v000", "v000", "2"), []string{"delete configMap c-v001"}},
		{deployed("c-v003", "v003", "4"), []string{}},
		{deployed("c-v003", "v003", "9"), []string{}},
		{deployed("c-v003", "v003", "many"), []string{}},
		{deployed("c-v003", "v002", "1"), []string{}},
		{deployed("c", "v003", "1"), []string{}},
	} {
		plan, err := l.PlanCleanup(t.Context(), "sim", []map[string]any{c.m})
		require.NoError(t, err)
		require.Equal(t, c.want, names(plan), "%s", c.m)
	}
}

// Traffic is put on a workload and its pods, or taken off; of its pods as many as
// make up the percentage.
func TestTraffic(t *testing.T) {
	t.Parallel()
	set := func(name, label string) string {
		return `{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: ` + name + `, annotations: {traffic.spinnaker.io/load-balancers: '["service front"]'}}, spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web` + label + `}}}}}`
	}
	pod := func(name, owner, label string) string {
		return `{apiVersion: v1, kind: Pod, metadata: {name: ` + name + `, labels: {app: web` + label + `}, ownerReferences: [{uid: uid-of-` + owner + `}]}}`
	}
	const on = ", lb: front"
	l := newLab(t, Options{}, `{apiVersion: v1, kind: Service, metadata: {name: front}, spec: {selector: {lb: front}}}`,
		set("off-v001", ""), pod("off-a", "off-v001", ""), pod("off-b", "off-v001", ""), pod("off-c", "off-v001", ""), pod("stranger", "else", ""),
		set("on-v001", on), pod("on-a", "on-v001", on), pod("on-b", "on-v001", on), pod("on-c", "on-v001", on), pod("on-d", "on-v001", on),
		set("half-v001", ""), pod("half-a", "half-v001", on), pod("half-b", "half-v001", ""), pod("half-c", "half-v001", ""), pod("half-d", "half-v001", ""),
	)
	for _, c := range []struct {
		name       string
		enable     bool
		percentage int64
		want       []string
	}{
		{"replicaSet off-v001", true, 100, []string{"replicaSet off-v001", "pod off-a", "pod off-b", "pod off-c"}},
		{"replicaSet off-v001", true, 50, []string{"pod off-a", "pod off-b"}},
		{"replicaSet off-v001", true, 1, []string{"pod off-a"}},
		{"replicaSet off-v001", true, 0, nil},
		{"replicaSet off-v001", false, 100, nil},
		{"replicaSet on-v001", true, 100, nil},
		{"replicaSet on-v001", false, 100, []string{"replicaSet on-v001", "pod on-a", "pod on-b", "pod on-c", "pod on-d"}},
		{"replicaSet on-v001", false, 25, []string{"replicaSet on-v001", "pod on-a"}},
		{"replicaSet half-v001", true, 50, []string{"pod half-b"}},
		{"replicaSet half-v001", true, 25, nil},
		{"replicaSet half-v001", true, 100, []string{"replicaSet half-v001", "pod half-b", "pod half-c", "pod half-d"}},
		{"pod off-a", true, 100, []string{"pod off-a"}},
		{"pod on-a", false, 100, []string{"pod on-a"}},
	} {
		balancers := []string{"service front"}
		if strings.HasPrefix(c.name, "replicaSet") {
			balancers = nil // those of its annotation
		}
		plan, err := l.PlanTraffic(t.Context(), manifest.TrafficRequest{TargetRequest: at(c.name), LoadBalancers: balancers, Percentage: c.percentage}, c.enable)
		require.NoError(t, err)
		var got []string
		for i, step := range plan.Steps {
			got = append(got, step.FullName)
			var value any = "front"
			if !c.enable {
				value = nil
			}
			path := []string{"metadata", "labels"}
			if i == 0 && step.Kind == "ReplicaSet" {
				path = []string{"spec", "template", "metadata", "labels"}
			}
			require.Equal(t, nest(map[string]any{"lb": value}, path...), step.Body)
		}
		if len(got) > 1 {
			require.ElementsMatch(t, c.want, got, "%s %v %d%%", c.name, c.enable, c.percentage)
			require.Equal(t, c.want[0], got[0], "the workload comes first: its new pods are to be right")
		} else {
			require.Equal(t, c.want, got, "%s %v %d%%", c.name, c.enable, c.percentage)
		}
	}
	_, err := l.PlanTraffic(t.Context(), manifest.TrafficRequest{TargetRequest: at("pod off-a"), LoadBalancers: []string{"service gone"}}, true)
	require.EqualError(t, err, `load balancer: there is no service "gone" in namespace "ns"`)
}

// A server group is disabled if it has services and none selects its pods.
func TestDisabled(t *testing.T) {
	t.Parallel()
	selectors := map[string]map[string]any{"front": {"lb": "front"}, "both": {"lb": "front", "tier": "x"}, "none": {}}
	for _, c := range []struct {
		balancers, labels string
		want              bool
	}{
		{``, `{}`, false},
		{`[]`, `{}`, false},
		{`no list`, `{}`, false},
		{`["service front"]`, `{lb: front}`, false},
		{`["service front"]`, `{lb: front, more: x}`, false},
		{`["service front"]`, `{lb: other}`, true},
		{`["service front"]`, `{}`, true},
		{`["service both"]`, `{lb: front}`, true},
		{`["service both", "service front"]`, `{lb: front}`, false},
		{`["service none"]`, `{lb: front}`, true},
		{`["service gone"]`, `{lb: front}`, true},
		{`["front"]`, `{lb: front}`, true},
	} {
		m := object(t, `{spec: {template: {metadata: {labels: `+c.labels+`}}}}`)
		child(meta(m), "annotations")[annotationLoadBalancers] = c.balancers
		require.Equal(t, c.want, isDisabled(m, selectors), "%s %s", c.balancers, c.labels)
		pod := map[string]any{"metadata": map[string]any{"labels": object(t, `{a: `+c.labels+`}`)["a"], "annotations": meta(m)["annotations"]}}
		require.Equal(t, c.want, isDisabled(pod, selectors), "a pod: %s %s", c.balancers, c.labels)
	}
}

// A member of a cluster is picked by its age or its size.
func TestCriteria(t *testing.T) {
	t.Parallel()
	member := func(name, day, replicas string) string {
		return `{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: ` + name + `, creationTimestamp: "2024-01-` + day + `T00:00:00Z", annotations: {moniker.spinnaker.io/application: shop, moniker.spinnaker.io/cluster: web}}, spec: {replicas: ` + replicas + `}}`
	}
	l := newLab(t, Options{}, member("web-v000", "01", "3"), member("web-v001", "02", "9"), member("web-v002", "03", "1"), member("web-v003", "03", "2"),
		`{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: stranger, creationTimestamp: "2024-02-01T00:00:00Z"}, spec: {replicas: 99}}`)
	for criteria, want := range map[string]string{
		"newest": "web-v003", "second_newest": "web-v002", "oldest": "web-v000", "largest": "web-v001", "smallest": "web-v002", "LARGEST": "web-v001",
	} {
		got, err := l.DynamicManifest(t.Context(), "sim", "ns", "replicaSet", "shop", "web", criteria)
		require.NoError(t, err, criteria)
		require.Equal(t, manifest.Coordinates{Kind: "replicaSet", Namespace: "ns", Name: want}, got, criteria)
	}
	_, err := l.DynamicManifest(t.Context(), "sim", "ns", "replicaSet", "shop", "web", "best")
	require.EqualError(t, err, `criteria: "best" is not oldest, newest, second_newest, largest, or smallest`)
	_, err = l.DynamicManifest(t.Context(), "sim", "ns", "replicaSet", "shop", "api", "second_newest")
	require.EqualError(t, err, `criteria: no second newest replicaSet of cluster "api" of application "shop" is in namespace "ns" of account sim`)
	require.Equal(t, fault.NotFound, fault.KindOf(err))
	all, err := l.ClusterManifests(t.Context(), "sim", "ns", "replicaSet", "shop", "web")
	require.NoError(t, err)
	require.Len(t, all, 4)
	groups, err := l.ClusterServerGroups(t.Context(), "sim", "shop", "web")
	require.NoError(t, err)
	require.Len(t, groups, 4)
}

// forbids is the API server's answer to what an account may not do.
func forbids(what string) answer {
	return answer{status: http.StatusForbidden, reason: "Forbidden", message: what + " is forbidden: User \"u\" cannot do that"}
}

// What an account may not see fails with what helps, whatever is planned.
func TestPlansOfWhatIsForbidden(t *testing.T) {
	t.Parallel()
	for request, plan := range map[string]func(*lab) error{
		"GET deployments/web": func(l *lab) error {
			_, err := l.PlanRollingRestart(l.t.Context(), at("deployment web"))
			return err
		},
		"GET configmaps": func(l *lab) error {
			_, err := l.plan(aConfigMap, nil)
			return err
		},
		"GET services/front": func(l *lab) error {
			_, err := l.plan(aReplicaSet, func(r *manifest.DeployRequest) { r.Services, r.EnableTraffic = []string{"service front"}, true })
			return err
		},
		"GET replicasets": func(l *lab) error {
			back := int64(1)
			_, err := l.PlanUndoRollout(l.t.Context(), manifest.UndoRequest{TargetRequest: at("deployment web"), NumRevisionsBack: &back})
			return err
		},
	} {
		l := newLab(t, Options{}, workloads...)
		_, resource, _ := strings.Cut(request, " ")
		if resource == "services/front" {
			l.on("GET replicasets", answer{object: simulated.Object{"kind": "ReplicaSetList", "apiVersion": "apps/v1", "metadata": simulated.Object{}, "items": []any{}}})
		}
		l.on(request, forbids(resource))
		err := plan(l)
		require.Equal(t, fault.Forbidden, fault.KindOf(err), "%s: %v", request, err)
		require.ErrorContains(t, err, "account sim may not ")
		require.ErrorContains(t, err, "(grant the account's user a Role that allows it)")
	}
}

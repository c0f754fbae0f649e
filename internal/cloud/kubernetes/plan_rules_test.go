package kubernetes

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

const (
	aConfigMap  = `{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {a: "1"}}`
	aDeployment = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: shop/web, envFrom: [{configMapRef: {name: settings}}]}]}
`
	aReplicaSet = `
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: shop/web}]}}
`
	aService = `{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {lb: web}}}`
)

func together(texts ...string) string { return strings.Join(texts, "\n---\n") }

// Manifests are deployed by the priorities of their kinds; those of one priority as
// they were given.
func TestPlanOrder(t *testing.T) {
	t.Parallel()
	l := newLab(t, Options{})
	plan, err := l.plan(together(
		`{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: a}}`,
		aDeployment,
		`{apiVersion: example.com/v1, kind: Gadget, metadata: {name: a}}`,
		`{apiVersion: batch/v1, kind: Job, metadata: {name: a}}`,
		aService,
		`{apiVersion: v1, kind: Secret, metadata: {name: a}}`,
		aConfigMap,
		`{apiVersion: v1, kind: ServiceAccount, metadata: {name: a}}`,
		`{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: a}}`,
		`{apiVersion: v1, kind: Namespace, metadata: {name: a}}`,
	), nil)
	require.NoError(t, err)
	require.Equal(t, []string{
		"apply namespace a", "apply role a", "apply serviceAccount a", "apply secret a-v000", "apply configMap settings-v000", "apply service web",
		"apply deployment web", "apply job a", "apply horizontalpodautoscaler a", "apply Gadget.example.com a",
	}, names(plan))
	require.Equal(t, 10, plan.Steps[0].Source, "a step knows which manifest it was made from")
}

// A versioned object gets the number above the highest that was deployed, from 0,
// unless its content is deployed already.
func TestPlanVersions(t *testing.T) {
	t.Parallel()
	l := newLab(t, Options{})
	deploy := func(data string) string {
		plan, err := l.plan(strings.ReplaceAll(aConfigMap, `"1"`, data), nil)
		require.NoError(t, err)
		require.Len(t, plan.Steps, 1)
		made := plan.Steps[0].Manifest
		meta(made)["uid"] = plan.Steps[0].Name
		l.cluster.Put(made)
		return plan.Steps[0].Name
	}
	for _, step := range []struct{ data, want string }{
		{"one", "settings-v000"}, {"one", "settings-v000"}, {"two", "settings-v001"}, {"three", "settings-v002"}, {"one", "settings-v000"},
		{"two", "settings-v001"}, {"four", "settings-v003"},
	} {
		require.Equal(t, step.want, deploy(step.data), step.data)
	}
	// What is deleted leaves no gap that is filled.
	l.cluster.Delete(object(t, `{apiVersion: v1, kind: ConfigMap, metadata: {name: settings-v001, namespace: ns}}`))
	require.Equal(t, "settings-v004", deploy("two"))
	// Each namespace counts for itself.
	plan, err := l.plan(aConfigMap, func(r *manifest.DeployRequest) { r.NamespaceOverride = "other" })
	require.NoError(t, err)
	require.Equal(t, "settings-v000", plan.Steps[0].Name)
	// A name that only looks like a version is passed over, and belongs to nobody.
	l.put(`{apiVersion: v1, kind: ConfigMap, metadata: {name: settings-v005}}`)
	require.Equal(t, "settings-v006", deploy("six"))
}

// Whether an object is versioned is said by its annotation, else by the stage, else
// by its kind.
func TestPlanVersioned(t *testing.T) {
	t.Parallel()
	l := newLab(t, Options{})
	yes, no := true, false
	annotated := func(text, value string) string {
		return strings.Replace(text, "metadata: {name: ", `metadata: {annotations: {strategy.spinnaker.io/versioned: "`+value+`"}, name: `, 1)
	}
	for _, c := range []struct {
		text  string
		stage *bool
		want  string
	}{
		{aConfigMap, nil, "settings-v000"},
		{aConfigMap, &no, "settings"},
		{annotated(aConfigMap, "false"), nil, "settings"},
		{annotated(aConfigMap, "false"), &yes, "settings"},
		{annotated(aConfigMap, "True"), &no, "settings-v000"},
		{annotated(aConfigMap, "yes"), nil, "settings"},
		{aDeployment, nil, "web"},
		{aDeployment, &yes, "web-v000"},
		{annotated(aDeployment, "true"), nil, "web-v000"},
		{aService, nil, "web"},
		{aReplicaSet, nil, "web-v000"},
		{`{apiVersion: v1, kind: Pod, metadata: {name: one}}`, nil, "one-v000"},
		{`{apiVersion: v1, kind: Secret, metadata: {name: keys}}`, nil, "keys-v000"},
		{`{apiVersion: batch/v1, kind: Job, metadata: {name: once}}`, nil, "once"},
	} {
		plan, err := l.plan(c.text, func(r *manifest.DeployRequest) { r.Versioned = c.stage })
		require.NoError(t, err)
		require.Equal(t, c.want, plan.Steps[0].Name, "%s %v", c.text, c.stage)
		if version := plan.Steps[0].Version; version != nil {
			require.Equal(t, "v000", plan.Steps[0].Artifact.Version)
			require.Equal(t, "0", labelsOf(plan.Steps[0].Manifest)[labelSequence])
		} else {
			require.Empty(t, plan.Steps[0].Artifact.Version)
			require.NotContains(t, labelsOf(plan.Steps[0].Manifest), labelSequence)
		}
	}
}

// A workload refers to the versions that are deployed beside it, and to the
// artifacts that the stage was given.
func TestPlanBinding(t *testing.T) {
	t.Parallel()
	l := newLab(t, Options{})
	image := model.Artifact{Type: typeImage, Name: "shop/web", Reference: "shop/web:7"}
	elsewhere := model.Artifact{Type: typeConfigMap, Name: "settings", Reference: "settings-v009", Location: "other"}
	there := model.Artifact{Type: typeConfigMap, Name: "settings", Reference: "settings-v004", Location: "ns"}
	unknown := model.Artifact{Type: typeImage, Name: "shop/api", Reference: "shop/api:7"}
	off := false
	for name, c := range map[string]struct {
		text          string
		change        func(*manifest.DeployRequest)
		image, config string
		bound         int
		fails         string
	}{
		"nothing to bind":       {aDeployment, nil, "shop/web", "settings", 0, ""},
		"a version beside it":   {together(aDeployment, aConfigMap), nil, "shop/web", "settings-v000", 1, ""},
		"a required artifact":   {aDeployment, func(r *manifest.DeployRequest) { r.RequiredArtifacts = []model.Artifact{image} }, "shop/web:7", "settings", 1, ""},
		"an optional artifact":  {aDeployment, func(r *manifest.DeployRequest) { r.OptionalArtifacts = []model.Artifact{image, unknown} }, "shop/web:7", "settings", 1, ""},
		"of the namespace":      {aDeployment, func(r *manifest.DeployRequest) { r.OptionalArtifacts = []model.Artifact{there, elsewhere} }, "shop/web", "settings-v004", 1, ""},
		"the stage's own first": {together(aDeployment, aConfigMap), func(r *manifest.DeployRequest) { r.OptionalArtifacts = []model.Artifact{there} }, "shop/web", "settings-v000", 1, ""},
		"binding is off": {together(aDeployment, aConfigMap), func(r *manifest.DeployRequest) {
			r.EnableArtifactBinding, r.RequiredArtifacts = &off, []model.Artifact{image, unknown}
		}, "shop/web", "settings-v000", 1, ""},
		"a required artifact without a place": {aDeployment, func(r *manifest.DeployRequest) { r.RequiredArtifacts = []model.Artifact{image, unknown} }, "", "", 0,
			"requiredArtifacts: these have no place in the manifests: docker/image shop/api; check that an image field names the image as the artifact does"},
		"a required artifact of another namespace": {aDeployment, func(r *manifest.DeployRequest) { r.RequiredArtifacts = []model.Artifact{elsewhere} }, "", "", 0,
			"requiredArtifacts: these have no place in the manifests: kubernetes/configMap settings; check that an image field names the image as the artifact does"},
	} {
		plan, err := l.plan(c.text, c.change)
		if c.fails != "" {
			require.EqualError(t, err, c.fails, name)
			require.Equal(t, fault.Invalid, fault.KindOf(err))
			continue
		}
		require.NoError(t, err, name)
		last := plan.Steps[len(plan.Steps)-1].Manifest
		require.Equal(t, c.image, valueAt(last, "spec.template.spec.containers.0.image"), name)
		require.Equal(t, c.config, valueAt(last, "spec.template.spec.containers.0.envFrom.0.configMapRef.name"), name)
		require.Len(t, plan.BoundArtifacts, c.bound, name)
	}
}

// A version that another deployment has taken meanwhile is given up for the next one,
// and what refers to it follows; also where the stage's own artifacts are not bound.
func TestPlanNextVersion(t *testing.T) {
	t.Parallel()
	for _, bind := range []bool{true, false} {
		l := newLab(t, Options{})
		plan, err := l.plan(together(aDeployment, aConfigMap), func(r *manifest.DeployRequest) { r.EnableArtifactBinding = &bind })
		require.NoError(t, err)
		require.Equal(t, []string{"apply configMap settings-v000", "apply deployment web"}, names(plan))
		l.put(`{apiVersion: v1, kind: ConfigMap, metadata: {name: settings-v000, annotations: {artifact.spinnaker.io/type: kubernetes/configMap, artifact.spinnaker.io/version: v000, gennaker.io/content: other}}}`)
		next, err := l.NextVersion(t.Context(), "sim", plan, 0)
		require.NoError(t, err)
		require.Equal(t, []string{"apply configMap settings-v001", "apply deployment web"}, names(next))
		made := next.Steps[0].Manifest
		require.Equal(t, []string{"settings-v001", "v001", "1", "1"}, []string{
			nameOf(made), annotation(made, annotationArtifactVersion), annotation(made, annotationSequence), labelsOf(made)[labelSequence],
		})
		require.Equal(t, "settings-v001", valueAt(next.Steps[1].Manifest, "spec.template.spec.containers.0.envFrom.0.configMapRef.name"))
		require.Equal(t, "settings-v001", next.BoundArtifacts[0].Reference)
		require.Equal(t, "settings-v000", plan.Steps[0].Name, "the plan itself is not changed")
		require.Equal(t, "settings-v000", valueAt(plan.Steps[1].Manifest, "spec.template.spec.containers.0.envFrom.0.configMapRef.name"))
	}
	l := newLab(t, Options{})
	plan, err := l.plan(aService, nil)
	require.NoError(t, err)
	_, err = l.NextVersion(t.Context(), "sim", plan, 0)
	require.ErrorContains(t, err, "service web is not a version")
}

// An object goes where the stage says, else where its manifest says, else to
// default; what has no namespace goes nowhere.
func TestPlanNamespaces(t *testing.T) {
	t.Parallel()
	l := newLab(t, Options{})
	for _, c := range []struct{ text, override, want string }{
		{`{apiVersion: v1, kind: Service, metadata: {name: a}}`, "", "default"},
		{`{apiVersion: v1, kind: Service, metadata: {name: a, namespace: mine}}`, "", "mine"},
		{`{apiVersion: v1, kind: Service, metadata: {name: a, namespace: mine}}`, "theirs", "theirs"},
		{`{apiVersion: v1, kind: Namespace, metadata: {name: a}}`, "theirs", ""},
		{`{apiVersion: v1, kind: Namespace, metadata: {name: a, namespace: mine}}`, "", ""},
	} {
		plan, err := l.plan(c.text, func(r *manifest.DeployRequest) { r.NamespaceOverride = c.override })
		require.NoError(t, err)
		require.Equal(t, c.want, plan.Steps[0].Namespace, c.text)
		if c.want == "" {
			require.NotContains(t, meta(plan.Steps[0].Manifest), "namespace")
		} else {
			require.Equal(t, c.want, meta(plan.Steps[0].Manifest)["namespace"])
		}
	}
}

// What a cluster wrote to an object doesn't come along with its copy.
func TestPlanOfACopy(t *testing.T) {
	t.Parallel()
	l := newLab(t, Options{})
	plan, err := l.plan(`
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  uid: u
  resourceVersion: "7"
  generation: 3
  creationTimestamp: "2024-01-01T00:00:00Z"
  managedFields: [{manager: x}]
  selfLink: /x
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: "{}"
    gennaker.io/content: old
    gennaker.io/operation: old
    gennaker.io/inventory: old
    artifact.spinnaker.io/version: v007
    artifact.spinnaker.io/name: other
    moniker.spinnaker.io/sequence: "7"
    moniker.spinnaker.io/application: mine
    mine: kept
status: {phase: x}
data: {a: "1", b: null}
`, nil)
	require.NoError(t, err)
	made := plan.Steps[0].Manifest
	require.NotContains(t, made, "status")
	require.Equal(t, map[string]any{"a": "1"}, made["data"], "nulls are as if they were not there")
	for _, field := range []string{"uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink"} {
		require.NotContains(t, meta(made), field)
	}
	digest, err := contentDigest(made)
	require.NoError(t, err)
	require.Equal(t, map[string]any{
		"mine": "kept", annotationApplication: "mine", annotationCluster: "configMap settings",
		annotationArtifactType: "kubernetes/configMap", annotationArtifactName: "settings", annotationArtifactLocation: "ns",
		annotationArtifactVersion: "v000", annotationSequence: "0", annotationContent: digest, annotationOperation: "op",
	}, meta(made)["annotations"])
	require.Equal(t, map[string]any{labelName: "shop", labelManagedBy: "spinnaker", labelSequence: "0"}, meta(made)["labels"])
}

// Only what the stage's selectors hold for is deployed.
func TestPlanSelection(t *testing.T) {
	t.Parallel()
	l := newLab(t, Options{})
	texts := together(
		`{apiVersion: v1, kind: Service, metadata: {name: a, labels: {tier: front}}}`,
		`{apiVersion: v1, kind: Service, metadata: {name: b, labels: {tier: back}}}`,
		`{apiVersion: v1, kind: Service, metadata: {name: c}}`,
	)
	replaced := `{apiVersion: v1, kind: Service, metadata: {name: r, labels: {tier: front}, annotations: {strategy.spinnaker.io/replace: "true"}}}`
	for _, c := range []struct {
		kind, key string
		values    []string
		text      string
		want      []string
		fails     string
	}{
		{"EQUALS", "tier", []string{"front"}, texts, []string{"apply service a"}, ""},
		{"NOT_EQUALS", "tier", []string{"front"}, texts, []string{"apply service b", "apply service c"}, ""},
		{"CONTAINS", "tier", []string{"front", "back"}, texts, []string{"apply service a", "apply service b"}, ""},
		{"NOT_CONTAINS", "tier", []string{"front", "back"}, texts, []string{"apply service c"}, ""},
		{"EXISTS", "tier", nil, texts, []string{"apply service a", "apply service b"}, ""},
		{"NOT_EXISTS", "tier", nil, texts, []string{"apply service c"}, ""},
		{"EQUALS", labelManagedBy, []string{"spinnaker"}, texts, []string{"apply service a", "apply service b", "apply service c"}, ""},
		{"EQUALS", "tier", []string{"none"}, texts, nil, `labelSelectors: nothing was deployed to account sim: no manifest fits "tier=none"`},
		{"EQUALS", "tier", []string{"front"}, replaced, nil, "labelSelectors: service r has the strategy replace, which doesn't support label selectors"},
	} {
		plan, err := l.plan(c.text, func(r *manifest.DeployRequest) {
			r.LabelSelectors = manifest.Selectors{Selectors: []manifest.Selector{{Kind: c.kind, Key: c.key, Values: c.values}}}
		})
		if c.fails != "" {
			require.EqualError(t, err, c.fails)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, c.want, names(plan), "%s %s", c.kind, c.values)
	}
	plan, err := l.plan(texts, func(r *manifest.DeployRequest) {
		r.AllowNothingSelected = true
		r.LabelSelectors = manifest.Selectors{Selectors: []manifest.Selector{{Kind: "EXISTS", Key: "none"}}}
	})
	require.NoError(t, err)
	require.Empty(t, plan.Steps)
}

// How an object is written is said by its annotations, recreate before replace
// before server-side-apply; what a stage runs once is always made anew.
func TestPlanStrategies(t *testing.T) {
	t.Parallel()
	l := newLab(t, Options{})
	for annotations, want := range map[string]struct {
		action manifest.Action
		force  bool
	}{
		`{}`: {manifest.Apply, true},
		`{strategy.spinnaker.io/server-side-apply: "true"}`:                                        {manifest.Apply, false},
		`{strategy.spinnaker.io/server-side-apply: force-conflicts}`:                               {manifest.Apply, true},
		`{strategy.spinnaker.io/replace: "true", strategy.spinnaker.io/server-side-apply: "true"}`: {manifest.Replace, true},
		`{strategy.spinnaker.io/recreate: "true", strategy.spinnaker.io/replace: "true"}`:          {manifest.Recreate, true},
	} {
		text := `{apiVersion: v1, kind: Service, metadata: {name: a, annotations: ` + annotations + `}}`
		plan, err := l.plan(text, nil)
		require.NoError(t, err)
		require.Equal(t, want.action, plan.Steps[0].Action, annotations)
		require.Equal(t, want.force, plan.Steps[0].Force, annotations)
		plan, err = l.plan(text, func(r *manifest.DeployRequest) { r.Recreate = true })
		require.NoError(t, err)
		require.Equal(t, manifest.Recreate, plan.Steps[0].Action)
		require.Equal(t, "op", annotation(plan.Steps[0].Manifest, annotationOperation), "so that it is not made twice")
	}
}

// The history must hold what the strategy keeps.
func TestPlanHistory(t *testing.T) {
	t.Parallel()
	l := newLab(t, Options{})
	const key = "strategy.spinnaker.io/max-version-history"
	for _, c := range []struct{ history, strategy, fails string }{
		{"2", "RED_BLACK", ""},
		{"1", "", ""},
		{"1", "HIGHLANDER", ""},
		{"1", "RED_BLACK", "replicaSet web: the annotation " + key + " must be 2 or more, not 1: the strategy keeps the old version beside the new one"},
		{"1", "bluegreen", "replicaSet web: the annotation " + key + " must be 2 or more, not 1: the strategy keeps the old version beside the new one"},
		{"0", "", "replicaSet web: the annotation " + key + " must be 1 or more, not 0"},
		{"-3", "", "replicaSet web: the annotation " + key + " must be 1 or more, not -3"},
		{"many", "", `replicaSet web: the annotation ` + key + ` must be a number, not "many"`},
	} {
		text := strings.Replace(aReplicaSet, "{name: web}", `{name: web, annotations: {`+key+`: "`+c.history+`"}}`, 1)
		_, err := l.plan(text, func(r *manifest.DeployRequest) { r.Strategy = c.strategy })
		if c.fails == "" {
			require.NoError(t, err, "%s %s", c.history, c.strategy)
			continue
		}
		require.ErrorContains(t, err, c.fails)
		require.ErrorContains(t, err, "manifests[0] (ReplicaSet web): ")
		require.Equal(t, fault.Invalid, fault.KindOf(err))
	}
}

// An object that takes over another's capacity has as many replicas as that.
func TestPlanSourceCapacity(t *testing.T) {
	t.Parallel()
	l := newLab(t, Options{},
		`{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 7}}`,
		`{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: web-v001, annotations: {artifact.spinnaker.io/type: kubernetes/replicaSet, artifact.spinnaker.io/version: v001}}, spec: {replicas: 9}}`,
		`{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: web-v000, annotations: {artifact.spinnaker.io/type: kubernetes/replicaSet, artifact.spinnaker.io/version: v000}}, spec: {replicas: 8}}`)
	asks := func(text string) string {
		return strings.Replace(text, "{name: web}", `{name: web, annotations: {strategy.spinnaker.io/use-source-capacity: "true"}}`, 1)
	}
	for name, c := range map[string]struct {
		text string
		want int64
	}{
		"not asked for":               {aDeployment, 2},
		"the live object":             {asks(aDeployment), 7},
		"the newest version":          {asks(aReplicaSet), 9},
		"nothing to take it from":     {strings.Replace(asks(aDeployment), "name: web,", "name: new,", 1), 2},
		"a version without the older": {strings.Replace(asks(aReplicaSet), "name: web,", "name: new,", 1), 4},
	} {
		plan, err := l.plan(c.text, nil)
		require.NoError(t, err, name)
		n, ok := model.Int(model.Object(plan.Steps[0].Manifest, "spec"), "replicas")
		require.True(t, ok)
		require.Equal(t, c.want, n, name)
	}
}

// A ReplicaSet that grows step by step begins with its part, rounded up, and
// remembers how many it is to have; the first of its kind begins whole.
func TestPlanFirstPercentage(t *testing.T) {
	t.Parallel()
	older := `{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: web-v003, annotations: {artifact.spinnaker.io/type: kubernetes/replicaSet, artifact.spinnaker.io/version: v003}}, spec: {replicas: 9}}`
	for _, c := range []struct {
		percentage, replicas int64
		objects              []string
		capacity             string
	}{
		{0, 4, []string{older}, ""}, {25, 1, []string{older}, "4"}, {26, 2, []string{older}, "4"}, {50, 2, []string{older}, "4"},
		{100, 4, []string{older}, "4"}, {1, 1, []string{older}, "4"}, {25, 4, nil, ""},
	} {
		l := newLab(t, Options{}, c.objects...)
		plan, err := l.plan(aReplicaSet, func(r *manifest.DeployRequest) { r.FirstPercentage = c.percentage })
		require.NoError(t, err)
		n, _ := model.Int(model.Object(plan.Steps[0].Manifest, "spec"), "replicas")
		require.Equal(t, c.replicas, n, "%d%%", c.percentage)
		require.Equal(t, c.capacity, annotation(plan.Steps[0].Manifest, manifest.AnnotationCapacity), "%d%%", c.percentage)
		if len(c.objects) > 0 {
			require.Equal(t, "web-v003", plan.Steps[0].Previous)
			require.Equal(t, "web-v004", plan.Steps[0].Name)
		}
	}
}

// Traffic goes to a workload whose pods have the labels that its services select.
func TestPlanTraffic(t *testing.T) {
	t.Parallel()
	l := newLab(t, Options{},
		`{apiVersion: v1, kind: Service, metadata: {name: live}, spec: {selector: {lb: live}}}`,
		`{apiVersion: v1, kind: Service, metadata: {name: all}, spec: {selector: {}}}`,
		`{apiVersion: v1, kind: Service, metadata: {name: taken}, spec: {selector: {app: web}}}`)
	annotated := strings.Replace(aReplicaSet, "{name: web}", `{name: web, annotations: {traffic.spinnaker.io/load-balancers: '["service live"]'}}`, 1)
	for name, c := range map[string]struct {
		text     string
		services []string
		enable   bool
		labels   map[string]string
		fails    string
	}{
		"no services":               {aReplicaSet, nil, true, map[string]string{"app": "web"}, ""},
		"later":                     {aReplicaSet, []string{"service live"}, false, map[string]string{"app": "web"}, ""},
		"a live service":            {aReplicaSet, []string{"service live"}, true, map[string]string{"app": "web", "lb": "live"}, ""},
		"a service beside it":       {together(aReplicaSet, aService), []string{"service web"}, true, map[string]string{"app": "web", "lb": "web"}, ""},
		"by its annotation":         {annotated, nil, true, map[string]string{"app": "web", "lb": "live"}, ""},
		"by both alike":             {annotated, []string{"service live"}, true, map[string]string{"app": "web", "lb": "live"}, ""},
		"by both unlike":            {annotated, []string{"service all"}, true, nil, "replicaSet web: its annotation traffic.spinnaker.io/load-balancers names service live, but the stage's services are service all"},
		"a service that isn't":      {aReplicaSet, []string{"service gone"}, true, nil, `load balancer: there is no service "gone" in namespace "ns"`},
		"a service of everything":   {aReplicaSet, []string{"service all"}, true, nil, "service all can't be attached to replicaSet web: it has no selector"},
		"a label of both":           {aReplicaSet, []string{"service taken"}, true, nil, `service taken can't be attached to replicaSet web: both have the label "app"; the service's selector must use labels that the workload has not`},
		"a name alone":              {aReplicaSet, []string{"live"}, true, nil, `load balancer "live" must be a kind and a name, as in "service web"`},
		"another kind":              {aReplicaSet, []string{"ingress live"}, true, nil, `load balancer "ingress live": an object of kind ingress can't be attached to a workload; only a service can`},
		"a kind that takes nothing": {aDeployment, []string{"service gone"}, true, map[string]string{"app": "web", labelName: "shop", labelManagedBy: "spinnaker"}, ""},
	} {
		plan, err := l.plan(c.text, func(r *manifest.DeployRequest) {
			r.Services, r.EnableTraffic = c.services, c.enable
		})
		if c.fails != "" {
			require.EqualError(t, err, c.fails, name)
			continue
		}
		require.NoError(t, err, name)
		m := plan.Steps[len(plan.Steps)-1].Manifest
		template, _ := templateMeta(m)
		for key, value := range c.labels {
			require.Equal(t, value, model.Object(template, "labels")[key], "%s: %s", name, key)
		}
		if _, has := c.labels["lb"]; !has {
			require.NotContains(t, model.Object(template, "labels"), "lb", name)
		}
	}
}

// A kind that the deployment itself defines is waited for; one that nobody defines
// is refused, with what helps.
func TestPlanKindsThatAreNotServed(t *testing.T) {
	t.Parallel()
	l := newLab(t, Options{})
	widget := `{apiVersion: example.com/v1, kind: Widget, metadata: {name: a}}`
	definition := `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec: {group: example.com, scope: SCOPE, names: {kind: Widget, plural: widgets}}
`
	_, err := l.plan(widget, nil)
	require.EqualError(t, err, `manifests[0] (Widget a): kind: the cluster of account sim serves no kind "Widget" in "example.com/v1"; correct the apiVersion, or install its CustomResourceDefinition`)
	require.Equal(t, fault.NotFound, fault.KindOf(err))
	for scope, namespace := range map[string]string{"Namespaced": "ns", "Cluster": ""} {
		plan, err := l.plan(together(widget, strings.Replace(definition, "SCOPE", scope, 1)), nil)
		require.NoError(t, err)
		require.Equal(t, []string{"apply customResourceDefinition widgets.example.com", "apply Widget.example.com a"}, names(plan))
		require.Equal(t, []bool{false, true}, []bool{plan.Steps[0].KeepWaiting, plan.Steps[1].KeepWaiting})
		require.Equal(t, namespace, plan.Steps[1].Namespace)
	}
}

// What an account may not use is refused before anything is deployed.
func TestPlanWithinTheAccount(t *testing.T) {
	t.Parallel()
	for want, config := range map[string]AccountConfig{
		"namespace": {Namespaces: []string{"mine"}},
		"kind":      {OmitKinds: []string{"service"}},
	} {
		l := newLab(t, Options{})
		config.Name, config.KubeconfigContents = "sim", (*l.accounts.Load())["sim"].config.KubeconfigContents
		require.NoError(t, l.Set([]AccountConfig{config}))
		_, err := l.plan(aService, nil)
		require.Equal(t, fault.Forbidden, fault.KindOf(err), "%v", err)
		require.ErrorContains(t, err, "manifests[0] (Service web): ")
		require.ErrorContains(t, err, want)
	}
}

func TestPlanOddNames(t *testing.T) {
	t.Parallel()
	l := newLab(t, Options{})
	_, err := l.plan(`{apiVersion: v1, kind: Service, metadata: {name: `+strings.Repeat("a", 254)+`}}`, nil)
	require.ErrorContains(t, err, "is longer than 253 characters")
	_, err = l.plan(`{apiVersion: v1, kind: ConfigMap, metadata: {name: `+strings.Repeat("a", 250)+`}}`, nil)
	require.ErrorContains(t, err, "is longer than 253 characters", "with its version")

	plan, err := l.plan(`{apiVersion: batch/v1, kind: Job, metadata: {generateName: sweep-}}`, nil)
	require.NoError(t, err)
	step := plan.Steps[0]
	require.Regexp(t, `^sweep-[a-z0-9]{5}$`, step.Name)
	require.Equal(t, manifest.Recreate, step.Action)
	require.NotContains(t, meta(step.Manifest), "generateName")
	require.Equal(t, step.Name, step.Artifact.Reference)

	plan, err = l.PlanDeploy(t.Context(), manifest.DeployRequest{Account: "sim", Inventory: &manifest.Inventory{ID: "i"}})
	require.NoError(t, err)
	require.Empty(t, plan.Steps)
	require.Equal(t, []string{"there are no manifests, so nothing was deployed, and nothing that was deployed before is pruned"}, plan.Warnings)
	_, err = l.PlanDeploy(t.Context(), manifest.DeployRequest{Account: "nope"})
	require.ErrorContains(t, err, `no Kubernetes account "nope"`)
}

// However versions were deployed and deleted, a new content never takes a name that
// is there, and a content that a deployment has written is found again.
func TestPickedVersions(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var have versions
		taken := map[int]bool{}
		for _, n := range rapid.SliceOfNDistinct(rapid.IntRange(0, 12), 0, 8, rapid.ID).Draw(t, "numbers") {
			taken[n] = true
			have = append(have, deployedVersion{
				number: n, name: versionedName("c", n), content: rapid.SampledFrom([]string{"x", "y", "z"}).Draw(t, "content"),
				foreign: rapid.Bool().Draw(t, "foreign"),
			})
		}
		m := map[string]any{"kind": "ConfigMap"}
		for _, content := range []string{"x", "y", "new"} {
			picked := have.pick("c", m, content)
			var same []int
			highest := -1
			for _, v := range have {
				if !v.foreign {
					highest = max(highest, v.number)
					if v.content == content {
						same = append(same, v.number)
					}
				}
			}
			if len(same) > 0 {
				require.Equal(t, same[0], picked.Number)
				continue
			}
			require.False(t, taken[picked.Number], "%d is taken", picked.Number)
			require.Greater(t, picked.Number, highest)
		}
	})
}

// A name with its version is read as what it was made of.
func TestVersionedNames(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[a-z]([a-z0-9-]{0,10}[a-z0-9])?(-v[0-9]{1,3})?`).Draw(t, "name")
		n := rapid.IntRange(0, 100_000).Draw(t, "version")
		base, number, ok := cutVersion(versionedName(name, n))
		require.True(t, ok)
		require.Equal(t, name, base)
		require.Equal(t, n, number)
	})
	for _, name := range []string{"web", "web-v", "web-v1", "web-v12", "web-vabc", "-v001", "web-v-01"} {
		_, _, ok := cutVersion(name)
		require.False(t, ok, name)
	}
}

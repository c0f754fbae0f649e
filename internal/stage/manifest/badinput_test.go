package manifest_test

import (
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/stagetest"
)

func TestDeployBadInput(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	good := k.file("settings.yaml")
	for name, test := range map[string]struct {
		manifests []any
		fields    map[string]any
		want      []string
	}{
		"no kind":          {k.yaml(`{apiVersion: v1, metadata: {name: x}}`), nil, []string{"manifests[0].kind is missing"}},
		"no name":          {append(good, k.yaml(`{apiVersion: v1, kind: ConfigMap}`)...), nil, []string{"manifests[1].metadata.name is missing"}},
		"no apiVersion":    {k.yaml(`{kind: ConfigMap, metadata: {name: x}}`), nil, []string{"manifests[0] (ConfigMap x).apiVersion is missing"}},
		"nothing":          {nil, map[string]any{"manifests": nil}, []string{"manifests: is missing"}},
		"no object":        {[]any{"just words"}, nil, []string{"manifests"}},
		"unknown account":  {good, map[string]any{"account": "nobody"}, []string{`no Kubernetes account "nobody"`, account}},
		"no account":       {good, map[string]any{"account": ""}, []string{"account: is missing"}},
		"unknown kind":     {k.yaml(`{apiVersion: example.com/v1, kind: Gadget, metadata: {name: x}}`), nil, []string{"manifests[0] (Gadget x)", `no kind "Gadget" in "example.com/v1"`, "CustomResourceDefinition"}},
		"other namespace":  {good, map[string]any{"account": "one-namespace"}, []string{"namespace", "one-namespace", "it may use allowed"}},
		"other kind":       {k.yaml(`{apiVersion: v1, kind: Secret, metadata: {name: x}}`), map[string]any{"account": "few-kinds"}, []string{"may not use kind secret"}},
		"missing space":    {good, map[string]any{"namespaceOverride": "nowhere-at-all"}, []string{"nowhere-at-all", "not found"}},
		"unknown field":    {k.yaml(`{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, colour: red}`), nil, []string{"colour"}},
		"refused":          {k.yaml(`{apiVersion: v1, kind: ConfigMap, metadata: {name: Not_A_Name}}`), nil, []string{"Not_A_Name"}},
		"unknown strategy": {good, map[string]any{"trafficManagement": map[string]any{"enabled": true, "options": map[string]any{"strategy": "blue"}}}, []string{"trafficManagement.options.strategy", "blue"}},
		"selects nothing": {good, map[string]any{"labelSelectors": map[string]any{"selectors": []any{
			map[string]any{"kind": "EQUALS", "key": "tier", "values": []any{"front"}},
		}}}, []string{"labelSelectors", "tier=front"}},
		"bad selector": {good, map[string]any{"labelSelectors": map[string]any{"selectors": []any{
			map[string]any{"kind": "LIKE", "key": "tier"},
		}}}, []string{"labelSelectors.selectors[0].kind"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := *k
			k.t = t
			stagetest.WantFailure(t, k.deploy(test.manifests, test.fields), test.want...)
		})
	}
}

func TestSelectsNothingAllowed(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	s := k.deploy(k.file("settings.yaml"), map[string]any{"allowNothingSelected": true, "labelSelectors": map[string]any{
		"selectors": []any{map[string]any{"kind": "EXISTS", "key": "tier"}},
	}})
	stagetest.WantStatus(t, s, model.Succeeded)
	if got := created(s); len(got) != 0 {
		t.Errorf("made %v, want nothing", got)
	}
}

func TestForbidden(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	s := k.deploy(k.file("settings.yaml"), map[string]any{"account": readOnly})
	stagetest.WantFailure(t, s, "account "+readOnly+" may not create configMap \"settings-v000\"", `cannot create resource "configmaps"`, "grant")
	if tasks := model.Objects(s.Context, "kato.tasks"); dig(tasks[0], "status", "failed") != true || dig(tasks[0], "exception", "type") != "EXCEPTION" {
		t.Errorf("kato.tasks is %v", tasks)
	}
	if s.Context["exception"] != nil {
		t.Errorf("the failure is told twice, in kato.tasks and as %v", s.Context["exception"])
	}
}

func TestClusterDown(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	r := k.start("deployManifest", k.deployment(k.file("settings.yaml"), map[string]any{"account": down}))
	r.finish()
	stagetest.WantFailure(t, r.stage, "account "+down, "can't be reached", "127.0.0.1:1")
	if r.runs > 3 {
		t.Errorf("tasks were run %d times", r.runs)
	}
	// The other accounts go on meanwhile.
	stagetest.WantStatus(t, k.deploy(k.file("settings.yaml")), model.Succeeded)
}

func TestConflict(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	stagetest.WantStatus(t, k.deploy(k.yaml(`{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80}], selector: {app: web}}}`)), model.Succeeded)
	k.apply("someone-else", `{"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},"spec":{"selector":{"app":"other"}}}`, "services", "web")

	ours := `{apiVersion: v1, kind: Service, metadata: {name: web, annotations: {strategy.spinnaker.io/server-side-apply: "MODE"}}, spec: {ports: [{port: 80}], selector: {app: mine}}}`
	s := k.deploy(k.yaml(ours, "MODE", "true"))
	stagetest.WantFailure(t, s, "other managers hold", "someone-else", ".spec.selector", "force-conflicts")
	stagetest.WantStatus(t, k.deploy(k.yaml(ours, "MODE", "force-conflicts")), model.Succeeded)
	if got := dig(k.live("service web").Manifest, "spec", "selector", "app"); got != "mine" {
		t.Errorf("the selector is %v, want mine", got)
	}
	k.apply("someone-else", `{"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},"spec":{"selector":{"app":"other"}}}`, "services", "web")
	stagetest.WantStatus(t, k.deploy(k.yaml(ours, "MODE", "false")), model.Succeeded)
	if got := dig(k.live("service web").Manifest, "spec", "selector", "app"); got != "mine" {
		t.Errorf("a plain apply does not take the field over: the selector is %v", got)
	}
}

func TestTargetsBadInput(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	for name, test := range map[string]struct {
		kind   string
		fields map[string]any
		want   string
	}{
		"scale without name":         {"scaleManifest", map[string]any{"replicas": 1}, "manifestName: is missing"},
		"scale bad name":             {"scaleManifest", map[string]any{"manifestName": "web", "replicas": 1}, "must be a kind and a name"},
		"scale missing":              {"scaleManifest", map[string]any{"manifestName": "deployment gone", "replicas": 1}, "not found"},
		"scale words":                {"scaleManifest", map[string]any{"manifestName": "deployment gone", "replicas": "many"}, "replicas: must be a number"},
		"scale a service":            {"scaleManifest", map[string]any{"manifestName": "configMap kube-root-ca.crt", "replicas": 1}, "can't be scaled"},
		"scale unknown kind":         {"scaleManifest", map[string]any{"manifestName": "gadget x", "replicas": 1}, `serves no kind "gadget"`},
		"scale without location":     {"scaleManifest", map[string]any{"manifestName": "deployment x", "replicas": 1, "location": ""}, "location: is missing"},
		"patch without body":         {"patchManifest", map[string]any{"manifestName": "configMap kube-root-ca.crt"}, "patchBody: is missing"},
		"patch unknown strategy":     {"patchManifest", map[string]any{"manifestName": "configMap kube-root-ca.crt", "patchBody": map[string]any{}, "options": map[string]any{"mergeStrategy": "replace"}}, "options.mergeStrategy"},
		"patch two":                  {"patchManifest", map[string]any{"manifestName": "configMap kube-root-ca.crt", "patchBody": []any{map[string]any{}, map[string]any{}}}, "only one object"},
		"undo without revision":      {"undoRolloutManifest", map[string]any{"manifestName": "deployment gone"}, "not found"},
		"restart a config map":       {"rollingRestartManifest", map[string]any{"manifestName": "configMap kube-root-ca.crt"}, "can't be restarted"},
		"pause a config map":         {"pauseRolloutManifest", map[string]any{"manifestName": "configMap kube-root-ca.crt"}, "only Deployments can"},
		"enable a config map":        {"enableManifest", map[string]any{"manifestName": "configMap kube-root-ca.crt"}, "can't receive traffic"},
		"delete nothing":             {"deleteManifest", map[string]any{}, "manifestName: is missing"},
		"delete all of a kind":       {"deleteManifest", map[string]any{"kinds": []any{"configMap"}}, "labelSelectors: no selector checks a label"},
		"delete bad cascade":         {"deleteManifest", map[string]any{"manifestName": "configMap x", "options": map[string]any{"cascading": "maybe"}}, "options.cascading"},
		"delete bad grace":           {"deleteManifest", map[string]any{"manifestName": "configMap x", "options": map[string]any{"gracePeriodSeconds": "soon"}}, "options.gracePeriodSeconds"},
		"dynamic without cluster":    {"scaleManifest", map[string]any{"criteria": "newest", "kind": "replicaSet"}, "cluster: is missing"},
		"dynamic unknown criteria":   {"scaleManifest", map[string]any{"criteria": "best", "kind": "replicaSet", "cluster": "replicaSet web"}, `criteria: "best"`},
		"dynamic empty":              {"scaleManifest", map[string]any{"criteria": "newest", "kind": "replicaSet", "cluster": "replicaSet web"}, `no newest replicaSet of cluster "replicaSet web"`},
		"job of another kind":        {"runJobManifest", map[string]any{"manifest": map[string]any{"apiVersion": "v1", "kind": "Pod", "metadata": map[string]any{"name": "x"}}}, "manifest.kind"},
		"job without manifest":       {"runJobManifest", map[string]any{}, "manifest: is missing"},
		"find without name":          {"findArtifactsFromResource", map[string]any{}, "manifestName: is missing"},
		"unknown account, by target": {"rollingRestartManifest", map[string]any{"account": "nobody", "manifestName": "deployment x"}, "no Kubernetes account"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := *k
			k.t = t
			s := k.run(test.kind, model.Merge(map[string]any{"location": k.namespace, "source": "text"}, test.fields))
			stagetest.WantFailure(t, s, test.want)
			if text := model.String(model.Object(s.Context, "exception"), "exceptionType"); strings.HasSuffix(text, "Exception") && text == "Exception" {
				t.Errorf("the failure has no kind: %v", s.Context["exception"])
			}
		})
	}
}

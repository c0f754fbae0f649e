package manifest_test

import (
	"context"
	"testing"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/stagetest"
)

const replicaSet = `
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}, annotations: {sandbox.gennaker.io/behavior: "BEHAVIOR"}}
    spec: {terminationGracePeriodSeconds: 0, containers: [{name: web, image: web}]}
`

func managed(strategy string) map[string]any {
	return map[string]any{"trafficManagement": map[string]any{"enabled": true, "options": map[string]any{
		"enableTraffic": true, "services": []any{"service web"}, "strategy": strategy,
	}}}
}

// release deploys the ReplicaSet and runs what its strategy plans after it.
func (k *kube) release(strategy, behavior string) (*model.Stage, []engine.Synthetic) {
	k.t.Helper()
	r := k.start("deployManifest", k.deployment(k.yaml(replicaSet, "BEHAVIOR", behavior), managed(strategy)))
	r.finish()
	stagetest.WantStatus(k.t, r.stage, model.Succeeded)
	after, err := r.kind.Definition.(engine.AfterPlanner).AfterStages(r.view())
	if err != nil {
		k.t.Fatal(err)
	}
	for _, next := range after {
		stagetest.WantStatus(k.t, k.run(next.Type, next.Context), model.Succeeded)
	}
	return r.stage, after
}

func TestRedBlack(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	stagetest.WantFailure(t, k.deploy(k.yaml(replicaSet), managed("redblack")), "there is no service \"web\"")
	stagetest.WantStatus(t, k.deploy(k.yaml(`{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {traffic: "on"}, ports: [{port: 80}]}}`)), model.Succeeded)

	s, after := k.release("redblack", "none")
	if got := created(s); got[0] != "web-v000" || len(after) != 0 {
		t.Fatalf("made %v, then %v", got, after)
	}
	s, after = k.release("redblack", "none")
	if got := created(s); got[0] != "web-v001" {
		t.Fatalf("made %v, want web-v001: redeploying a workload makes a new one", got)
	}
	if len(after) != 1 || after[0].Type != "disableManifest" || after[0].Context["manifestName"] != "replicaSet web-v000" || after[0].Context["location"] != k.namespace {
		t.Fatalf("planned %v", after)
	}
	groups, err := k.provider.ClusterServerGroups(context.Background(), account, "shop", "replicaSet web")
	if err != nil {
		t.Fatal(err)
	}
	disabled := map[string]bool{}
	for _, g := range groups {
		if g.Region == k.namespace {
			disabled[g.Name] = g.Disabled
		}
	}
	if len(disabled) != 2 || !disabled["replicaSet web-v000"] || disabled["replicaSet web-v001"] {
		t.Errorf("disabled are %v", disabled)
	}

	// Back by hand: the old one takes traffic again, by its annotation.
	dynamic := map[string]any{"location": k.namespace, "kind": "replicaSet", "app": "shop", "cluster": "replicaSet web"}
	s = k.run("enableManifest", model.Merge(dynamic, map[string]any{"criteria": "second_newest"}))
	stagetest.WantStatus(t, s, model.Succeeded)
	if s.Outputs["manifestName"] != "replicaSet web-v000" {
		t.Errorf("the second newest is %v", s.Outputs["manifestName"])
	}
	if got := dig(k.live("replicaSet web-v000").Manifest, "spec", "template", "metadata", "labels", "traffic"); got != "on" {
		t.Errorf("the label is %v", got)
	}
	s = k.run("disableManifest", model.Merge(dynamic, map[string]any{"criteria": "newest", "loadBalancers": []any{"service web"}}))
	stagetest.WantStatus(t, s, model.Succeeded)
	if got := dig(k.live("replicaSet web-v001").Manifest, "spec", "template", "metadata", "labels", "traffic"); got != nil {
		t.Errorf("the label is %v", got)
	}
	for name := range k.pods() {
		pod := k.live("pod " + name)
		owner := model.Objects(model.Object(pod.Manifest, "metadata"), "ownerReferences")[0]["name"]
		if got := dig(pod.Manifest, "metadata", "labels", "traffic"); (got == "on") != (owner == "web-v000") {
			t.Errorf("pod %s of %v has the label %v", name, owner, got)
		}
	}
}

func TestHighlander(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	stagetest.WantStatus(t, k.deploy(k.yaml(`{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {traffic: "on"}, ports: [{port: 80}]}}`)), model.Succeeded)
	k.release("highlander", "none")
	_, after := k.release("highlander", "none")
	if len(after) != 2 || after[0].Type != "disableManifest" || after[1].Type != "deleteManifest" || len(after[1].Requires) != 1 {
		t.Fatalf("planned %v", after)
	}
	members, err := k.provider.ClusterManifests(context.Background(), account, k.namespace, "replicaSet", "shop", "replicaSet web")
	if err != nil || len(members) != 1 || members[0].Name != "web-v001" {
		t.Errorf("left are %v %v", members, err)
	}
}

func TestTrafficLabelsClash(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	stagetest.WantStatus(t, k.deploy(k.yaml(`{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}`)), model.Succeeded)
	stagetest.WantFailure(t, k.deploy(k.yaml(replicaSet), managed("none")), `both have the label "app"`)
	bad := managed("none")
	bad["trafficManagement"].(map[string]any)["options"].(map[string]any)["services"] = []any{"web"}
	stagetest.WantFailure(t, k.deploy(k.yaml(replicaSet), bad), `load balancer "web" must be a kind and a name`)
	history := k.yaml(replicaSet)
	history[0].(map[string]any)["metadata"].(map[string]any)["annotations"] = map[string]any{"strategy.spinnaker.io/max-version-history": "1"}
	stagetest.WantFailure(t, k.deploy(history, managed("redblack")), "max-version-history", "2 or more")
}

func TestDynamicTargets(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	for i := range 3 {
		list := k.yaml(replicaSet)
		list[0].(map[string]any)["spec"].(map[string]any)["replicas"] = []int{2, 0, 1}[i]
		stagetest.WantStatus(t, k.deploy(list), model.Succeeded)
	}
	for criteria, want := range map[string]string{
		"newest": "web-v002", "second_newest": "web-v001", "oldest": "web-v000", "largest": "web-v000", "smallest": "web-v001",
	} {
		found, err := k.provider.DynamicManifest(context.Background(), account, k.namespace, "replicaSet", "shop", "replicaSet web", criteria)
		if err != nil || found.Name != want {
			t.Errorf("%s is %v %v, want %s", criteria, found, err, want)
		}
	}
	source := k.yaml(replicaSet)
	source[0].(map[string]any)["metadata"].(map[string]any)["annotations"] = map[string]any{"strategy.spinnaker.io/use-source-capacity": "true"}
	source[0].(map[string]any)["spec"].(map[string]any)["replicas"] = 5
	stagetest.WantStatus(t, k.deploy(source), model.Succeeded)
	if got, _ := model.ToInt(dig(k.live("replicaSet web-v003").Manifest, "spec", "replicas")); got != 1 {
		t.Errorf("the capacity is %d, want that of the newest before it, 1", got)
	}
}

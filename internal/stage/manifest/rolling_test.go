package manifest_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/stagetest"
)

func rolling(percentages ...any) map[string]any {
	fields := managed("rollingredblack")
	options := fields["trafficManagement"].(map[string]any)["options"].(map[string]any)
	options["targetPercentages"] = percentages
	return fields
}

// traffic counts the pods of each ReplicaSet that the service sends traffic to.
func (k *kube) traffic() map[string]int {
	k.t.Helper()
	out := map[string]int{}
	for name := range k.pods() {
		live, err := k.provider.Manifest(context.Background(), account, k.namespace, "pod "+name, false)
		if err != nil || dig(live.Manifest, "metadata", "deletionTimestamp") != nil {
			continue
		}
		owner := model.Objects(model.Object(live.Manifest, "metadata"), "ownerReferences")[0]
		if dig(live.Manifest, "metadata", "labels", "traffic") == "on" {
			out[model.String(owner, "name")]++
		}
	}
	return out
}

func TestRollingRedBlack(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	stagetest.WantStatus(t, k.deploy(k.yaml(`{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {traffic: "on"}, ports: [{port: 80}]}}`)), model.Succeeded)
	four := k.yaml(strings.Replace(replicaSet, "replicas: 1", "replicas: 4", 1), "BEHAVIOR", "none")
	deploy := func() (*model.Stage, []engine.Synthetic) {
		fields := rolling(25, "50")
		options := fields["trafficManagement"].(map[string]any)["options"].(map[string]any)
		options["delayBeforeCleanup"], options["scaleDown"], options["delayBeforeScaleDownSec"] = 7, "true", "9"
		r := k.start("deployManifest", k.deployment(four, fields))
		r.finish()
		stagetest.WantStatus(t, r.stage, model.Succeeded)
		after, err := r.kind.Definition.(engine.AfterPlanner).AfterStages(r.view())
		if err != nil {
			t.Fatal(err)
		}
		return r.stage, after
	}
	// The first one has nothing to take over from.
	_, after := deploy()
	if got := k.traffic(); len(after) != 0 || got["web-v000"] != 4 {
		t.Fatalf("traffic goes to %v, then %v", got, after)
	}
	_, after = deploy()
	if got := k.traffic(); got["web-v000"] != 4 || got["web-v001"] != 1 {
		t.Fatalf("traffic goes to %v before the first step", got)
	}
	var names []string
	var seen []string
	for i, next := range after {
		names = append(names, next.Name)
		if i > 0 && !slices.Equal(next.Requires, []int{i - 1}) {
			t.Errorf("%s requires %v", next.Name, next.Requires)
		}
		if next.Type == "wait" {
			continue
		}
		stagetest.WantStatus(t, k.run(next.Type, next.Context), model.Succeeded)
		if next.Type == "disableManifest" {
			got := k.traffic()
			seen = append(seen, fmt.Sprintf("%d %d", got["web-v000"], got["web-v001"]))
		}
	}
	if want := []string{"3 1", "2 2", "0 4"}; !slices.Equal(seen, want) {
		t.Errorf("traffic went %v, want %v", seen, want)
	}
	want := []string{
		"Wait Before Disabling 25%", "Disable 25% of replicaSet web-v000",
		"Grow to 50%: replicaSet web-v001", "Wait Before Disabling 50%", "Disable 50% of replicaSet web-v000",
		"Grow to 100%: replicaSet web-v001", "Wait Before Disabling 100%", "Disable 100% of replicaSet web-v000",
		"Wait Before Scale Down", "Scale Down replicaSet web-v000",
	}
	if !slices.Equal(names, want) {
		t.Errorf("planned %q", names)
	}
	if got, _ := model.ToInt(dig(k.live("replicaSet web-v000").Manifest, "spec", "replicas")); got != 0 {
		t.Errorf("the old one has %d replicas", got)
	}
}

// What fails on its way gives the traffic back.
func TestRollingRedBlackFails(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	stagetest.WantStatus(t, k.deploy(k.yaml(`{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {traffic: "on"}, ports: [{port: 80}]}}`)), model.Succeeded)
	two := k.yaml(strings.Replace(replicaSet, "replicas: 1", "replicas: 2", 1), "BEHAVIOR", "none")
	stagetest.WantStatus(t, k.deploy(two, rolling(50)), model.Succeeded)
	r := k.start("deployManifest", k.deployment(two, rolling(50)))
	r.finish()
	stagetest.WantStatus(t, r.stage, model.Succeeded)
	view := r.view()
	after, err := r.kind.Definition.(engine.AfterPlanner).AfterStages(view)
	if err != nil || len(after) < 2 {
		t.Fatalf("planned %v %v", after, err)
	}
	stagetest.WantStatus(t, k.run(after[0].Type, after[0].Context), model.Succeeded)
	if got := k.traffic(); got["web-v000"] != 1 || got["web-v001"] != 1 {
		t.Fatalf("traffic goes to %v after the first step", got)
	}
	failure, err := r.kind.Definition.(engine.FailurePlanner).OnFailureStages(view)
	if err != nil || len(failure) != 2 {
		t.Fatalf("planned %v %v", failure, err)
	}
	for _, next := range failure {
		stagetest.WantStatus(t, k.run(next.Type, next.Context), model.Succeeded)
	}
	if got := k.traffic(); got["web-v000"] != 2 || got["web-v001"] != 0 {
		t.Errorf("traffic goes to %v after the failure", got)
	}
}

func TestRollingBadInput(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	for _, percentages := range [][]any{{0}, {50, 20}, {"many"}, {120}} {
		stagetest.WantFailure(t, k.deploy(k.yaml(replicaSet), rolling(percentages...)), "trafficManagement.options.targetPercentages[")
	}
	s := k.run("disableManifest", map[string]any{"manifestName": "replicaSet gone", "location": k.namespace, "targetPercentage": 101})
	stagetest.WantFailure(t, s, "targetPercentage: must be a number from 0 to 100")
}

package manifest_test

import (
	"context"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/stagetest"
)

// A process that is killed after its request and before it has stored what
// came of it runs the task again: nothing may be made twice.
func TestTasksAreDoneOnce(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	fields := k.deployment(append(k.file("settings.yaml"), k.yaml(replicaSet)...))
	generated := k.job("generateName: once-", map[string]any{"sandbox.gennaker.io/run-duration": "0s"})
	named := k.job("name: named", map[string]any{"sandbox.gennaker.io/run-duration": "0s"})
	k.killedAt("deployManifest", "monitorDeploy", fields)
	k.killedAt("runJobManifest", "monitorDeploy", generated)
	k.killedAt("runJobManifest", "monitorDeploy", named)

	ctx, all := context.Background(), metav1.ListOptions{}
	jobs, err := k.Client.BatchV1().Jobs(k.namespace).List(ctx, all)
	if err != nil || len(jobs.Items) != 2 {
		t.Errorf("%d jobs were made, want 2 (%v)", len(jobs.Items), err)
	}
	sets, err := k.Client.AppsV1().ReplicaSets(k.namespace).List(ctx, all)
	if err != nil || len(sets.Items) != 1 || sets.Items[0].Name != "web-v000" {
		t.Errorf("replica sets are %v (%v)", sets.Items, err)
	}
}

// killedAt runs a stage, one of whose tasks is run once more than is stored.
func (k *kube) killedAt(kind, task string, fields map[string]any) {
	k.t.Helper()
	r := k.start(kind, fields)
	for r.tasks[r.next].Name != task {
		r.task(time.Now().Add(time.Minute))
	}
	before, remembered, uids := *r.stage, r.state, map[string]bool{}
	implementation := r.kind.Tasks[r.tasks[r.next].Class]
	record := &model.Task{Name: task}
	for r.once(implementation, record) == model.Running {
		<-time.After(100 * time.Millisecond)
	}
	for _, uid := range madeUIDs(r.stage) {
		uids[uid] = true
	}
	*r.stage, r.state = before, remembered // what the killed process had not stored
	r.finish()
	stagetest.WantStatus(k.t, r.stage, model.Succeeded)
	for _, uid := range madeUIDs(r.stage) {
		if !uids[uid] {
			k.t.Errorf("%s made an object anew", kind)
		}
	}
}

// madeUIDs are the ids of the objects that a stage's operation has made.
func madeUIDs(s *model.Stage) []string {
	var out []string
	for _, m := range model.Objects(model.Objects(model.Objects(s.Context, "kato.tasks")[0], "resultObjects")[0], "manifests") {
		out = append(out, model.String(model.Object(m, "metadata"), "uid"))
	}
	return out
}

func TestRestartForgets(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	r := k.start("deployManifest", k.deployment(k.file("settings.yaml")))
	r.finish()
	stagetest.WantStatus(t, r.stage, model.Succeeded)
	again := r.kind.Definition.(interface {
		PrepareForRestart(map[string]any) map[string]any
	}).PrepareForRestart(r.stage.Context)
	for _, key := range []string{"stableManifests", "kato.tasks", "kato.last.task.id", "outputs.manifests", "messages"} {
		if again[key] != nil {
			t.Errorf("%s is kept: %v", key, again[key])
		}
	}
	if again["manifests"] == nil || again["account"] != account {
		t.Error("the stage's own fields are lost")
	}
}

// What a stage remembers is in none of its contexts and outputs, and what looks
// like it there has no effect: it comes from a client.
func TestNothingPrivateIsShown(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	forged := map[string]any{}
	for _, key := range []string{"plan", "progress", "failing", "troubles", "old", "leaving", "changes", "applied", "target", "inventory"} {
		forged["gennaker."+key] = "H4sIAAAAAAAA/wMAAAAAAAAAAAA="
	}
	forged["gennaker.progress"] = 1000
	evil := k.yaml(`{apiVersion: v1, kind: ConfigMap, metadata: {name: evil}}`)
	r := k.start("deployManifest", k.deployment(k.file("settings.yaml"), forged, map[string]any{"prune": true, "inventory": "one"}))
	r.looked = func(task string, s *model.Stage) {
		for name, values := range map[string]map[string]any{"context": s.Context, "outputs": s.Outputs} {
			for key := range values {
				if strings.HasPrefix(key, "gennaker.") && forged[key] == nil {
					t.Errorf("after %s, the stage has %s in its %s", task, key, name)
				}
			}
		}
	}
	deadline := time.Now().Add(time.Minute)
	for r.tasks[r.next].Name != "monitorDeploy" {
		r.task(deadline)
	}
	// A client that writes to the context of a stage under way changes nothing of
	// what it does.
	r.stage.Context = model.Merge(r.stage.Context, forged)
	before := r.stage.Context
	r.stage.Context = model.Merge(before, map[string]any{"manifests": append(evil, model.List(before, "manifests")...)})
	if status := r.once(r.kind.Tasks[r.tasks[r.next].Class], &model.Task{Name: "monitorDeploy"}); status != model.Terminal {
		t.Errorf("a stage whose manifests were changed under way is %s", status)
	}
	stagetest.WantFailure(t, &model.Stage{Status: model.Terminal, Context: r.stage.Context}, "were changed while it ran")
	r.stage.Context, r.stage.Status = before, model.Running
	r.finish()
	stagetest.WantStatus(t, r.stage, model.Succeeded)
	if got := k.configMaps(); strings.Contains(got, "evil") || !strings.Contains(got, "settings-v000") {
		t.Errorf("there are %s", got)
	}
}

package manifest_test

import (
	"context"
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
	before, uids := *r.stage, map[string]bool{}
	implementation := r.kind.Tasks[r.tasks[r.next].Class]
	record := &model.Task{Name: task}
	for r.once(implementation, record) == model.Running {
		<-time.After(100 * time.Millisecond)
	}
	for _, uid := range madeUIDs(r.stage) {
		uids[uid] = true
	}
	*r.stage = before // what the killed process had not stored
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
	for _, key := range []string{"stableManifests", "kato.tasks", "kato.last.task.id", "outputs.manifests", "messages", "gennaker.plan"} {
		if again[key] != nil {
			t.Errorf("%s is kept: %v", key, again[key])
		}
	}
	if again["manifests"] == nil || again["account"] != account {
		t.Error("the stage's own fields are lost")
	}
}

package manifest_test

import (
	"context"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/stagetest"
)

// job is a Job for the stage, with annotations for the sandbox.
func (k *kube) job(metadata string, annotations map[string]any, fields ...map[string]any) map[string]any {
	k.t.Helper()
	m := k.yaml(`
apiVersion: batch/v1
kind: Job
metadata: {` + metadata + `}
spec:
  backoffLimit: 0
  template:
    metadata: {}
    spec:
      restartPolicy: Never
      terminationGracePeriodSeconds: 0
      containers: [{name: migrate, image: migrate}]
`)[0].(map[string]any)
	m["spec"].(map[string]any)["template"].(map[string]any)["metadata"].(map[string]any)["annotations"] = annotations
	out := map[string]any{"source": "text", "manifest": m, "namespace": k.namespace, "application": "shop"}
	for _, more := range fields {
		out = model.Merge(out, more)
	}
	return out
}

func TestRunJob(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	logs := "begin\nSPINNAKER_PROPERTY_Version=1.2=3\nSPINNAKER_CONFIG_JSON={\"rows\": 7, \"done\": true}\nend\n"
	fields := k.job("generateName: migrate-", map[string]any{
		"sandbox.gennaker.io/run-duration": "1s", "sandbox.gennaker.io/logs": logs,
	}, map[string]any{"propertyFile": "migrate"})
	fields["manifest"].(map[string]any)["metadata"].(map[string]any)["annotations"] = map[string]any{"job.spinnaker.io/logs": "https://logs.example.com/{{ templateVariable }}"}
	s := k.run("runJobManifest", fields)
	stagetest.WantStatus(t, s, model.Succeeded)
	status := model.Object(s.Outputs, "jobStatus")
	if model.String(status, "jobState") != "Succeeded" || !strings.HasPrefix(model.String(status, "name"), "migrate-") || model.String(status, "location") != k.namespace {
		t.Errorf("jobStatus is %v", status)
	}
	if pods := model.Objects(status, "pods"); len(pods) != 1 || dig(pods[0], "status", "phase") != "Succeeded" || pods[0]["name"] != status["mostRecentPodName"] {
		t.Errorf("the job's pods are %v", model.Objects(status, "pods"))
	}
	contents := model.Object(s.Outputs, "propertyFileContents")
	rows, _ := model.Int(contents, "rows")
	if contents["version"] != "1.2=3" || rows != 7 || contents["done"] != true || s.Outputs["version"] != "1.2=3" {
		t.Errorf("propertyFileContents is %v", contents)
	}
	if kept := model.Objects(s.Context, "jobLogs"); len(kept) != 1 || kept[0]["container"] != "migrate" || kept[0]["pod"] != status["mostRecentPodName"] || kept[0]["output"] != logs {
		t.Errorf("the logs that are kept are %v", kept)
	}
	if s.Outputs["jobLogs"] != nil {
		t.Error("the logs are among the outputs")
	}
	if got := dig(s.Context, "execution", "logs"); got != "https://logs.example.com/{{ templateVariable }}" {
		t.Errorf("the log template is %v", got)
	}
	jobs := model.Strings(model.Object(s.Context, "deploy.jobs"), k.namespace)
	if len(jobs) != 1 || jobs[0] != "job "+model.String(status, "name") {
		t.Errorf("deploy.jobs is %v", jobs)
	}

	s = k.run("runJobManifest", k.job("name: quiet", map[string]any{"sandbox.gennaker.io/run-duration": "0s"}, map[string]any{"propertyFile": "other"}))
	stagetest.WantFailure(t, s, "Expected properties file: other", `no container "other"; it has migrate`)
	s = k.run("runJobManifest", k.job("name: quiet", map[string]any{"sandbox.gennaker.io/run-duration": "0s"}, map[string]any{"propertyFile": "migrate"}))
	stagetest.WantFailure(t, s, "either missing, empty or contained invalid syntax")
}

func TestRunJobFails(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	s := k.run("runJobManifest", k.job("name: broken", map[string]any{
		"sandbox.gennaker.io/behavior": "fail", "sandbox.gennaker.io/exit-code": "3", "sandbox.gennaker.io/message": "no such table",
	}))
	stagetest.WantFailure(t, s, "Job: 'broken' failed. Reason: BackoffLimitExceeded.", "Container: 'migrate' exited with code: 3.", "no such table")
	details := model.Object(s.Context, "completionDetails")
	if details["exitCode"] != "3" || details["reason"] != "BackoffLimitExceeded" {
		t.Errorf("completionDetails is %v", details)
	}
	if got := dig(s.Context, "jobStatus", "jobState"); got != "Failed" {
		t.Errorf("the job's state is %v", got)
	}
	// A run that follows makes the Job anew.
	stagetest.WantStatus(t, k.run("runJobManifest", k.job("name: broken", map[string]any{"sandbox.gennaker.io/run-duration": "0s"})), model.Succeeded)
}

func TestRunJobCantStart(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	s := k.run("runJobManifest", k.job("name: stuck", map[string]any{"sandbox.gennaker.io/behavior": "image-pull-error"}))
	stagetest.WantFailure(t, s, `container "migrate" of pod "stuck-`, "can't get its image", "ErrImagePull")
	if _, err := k.Client.BatchV1().Jobs(k.namespace).Get(context.Background(), "stuck", metav1.GetOptions{}); err == nil {
		t.Error("the job was left to start later")
	}
}

func TestRunJobWithoutWaiting(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	s := k.run("runJobManifest", k.job("name: long", map[string]any{"sandbox.gennaker.io/run-duration": "1h"}, map[string]any{"waitForCompletion": "false"}))
	stagetest.WantStatus(t, s, model.Succeeded)
	if s.Outputs["jobStatus"] != nil {
		t.Error("it waited")
	}
}

func TestRunJobCancelled(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	r := k.start("runJobManifest", k.job("name: long", map[string]any{"sandbox.gennaker.io/run-duration": "1h"}))
	for r.tasks[r.next].Name != "waitOnJobCompletion" {
		r.task(time.Now().Add(time.Minute))
	}
	if status := r.once(r.kind.Tasks[r.tasks[r.next].Class], &model.Task{}); status != model.Running {
		t.Fatalf("a long job is %s", status)
	}
	for range 2 { // it may be told more than once
		if _, err := r.kind.Cancel(context.Background(), r.input(&model.Task{})); err != nil {
			t.Fatal(err)
		}
	}
	if job, err := k.Client.BatchV1().Jobs(k.namespace).Get(context.Background(), "long", metav1.GetOptions{}); err == nil && job.DeletionTimestamp == nil {
		t.Error("the job still runs")
	}
}

func TestRunJobTimesOut(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	r := k.start("runJobManifest", k.job("name: long", map[string]any{"sandbox.gennaker.io/run-duration": "1h"}))
	for r.tasks[r.next].Name != "waitOnJobCompletion" {
		r.task(time.Now().Add(time.Minute))
	}
	task := r.kind.Tasks[r.tasks[r.next].Class]
	if limit, overridable := task.(stage.TimingOut).Timeout(r.input(&model.Task{})); limit != 2*time.Hour || !overridable {
		t.Errorf("the limit is %s, overridable %v", limit, overridable)
	}
	result := task.(stage.TimeoutHandler).OnTimeout(context.Background(), r.input(&model.Task{Name: "waitOnJobCompletion"}))
	if result.Status != model.Terminal {
		t.Errorf("a timeout is %s", result.Status)
	}
	if job, err := k.Client.BatchV1().Jobs(k.namespace).Get(context.Background(), "long", metav1.GetOptions{}); err == nil && job.DeletionTimestamp == nil {
		t.Error("the job still runs")
	}
}

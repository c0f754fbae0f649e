package manifest

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// jobDefinition plans Orca's RunJobStage for Kubernetes.
type jobDefinition struct{}

// Tasks depend on what the stage asks for.
func (jobDefinition) Tasks(view engine.View) ([]engine.TaskSpec, error) {
	c := view.Stage.Context
	tasks := []engine.TaskSpec{{Name: "runJob", Class: classRunJob}, {Name: "monitorDeploy", Class: classMonitorJob}}
	if c["source"] != nil || c["manifest"] != nil {
		tasks = append(tasks, engine.TaskSpec{Name: "promoteOutputs", Class: classPromote})
	}
	if !strings.EqualFold(model.String(c, "waitForCompletion"), "false") {
		tasks = append(tasks, engine.TaskSpec{Name: "waitOnJobCompletion", Class: classWaitOnJob})
	}
	if _, ok := c["expectedArtifacts"]; ok {
		tasks = append(tasks, engine.TaskSpec{Name: "bindProducedArtifacts", Class: classBind})
	}
	if strings.EqualFold(model.String(c, "consumeArtifactSource"), "artifact") {
		tasks = append(tasks, engine.TaskSpec{Name: "consumeArtifact", Class: classConsume})
	}
	return tasks, nil
}

// PrepareForRestart keeps what the last run came to in restartDetails.
func (jobDefinition) PrepareForRestart(context map[string]any) map[string]any {
	details := model.Merge(model.Object(context, "restartDetails"), nil)
	for _, key := range []string{"jobStatus", "completionDetails", "propertyFileContents", "deploy.jobs"} {
		if value, ok := context[key]; ok {
			details[key] = value
		}
	}
	out := model.Without(forget(context), "jobStatus", "completionDetails", "propertyFileContents", keyLogs)
	if len(details) > 0 {
		out["restartDetails"] = details
	}
	return out
}

// CancelsOnFailure has the stage's Job ended with the stage.
func (jobDefinition) CancelsOnFailure() {}

// planJob is Orca's RunJobTask: the Job is always made anew.
func (s *stages) planJob(ctx context.Context, in stage.Input, id string) (Plan, map[string]any, error) {
	c := in.Stage.Context
	given := c["manifest"]
	if given == nil {
		given = c["manifests"]
	}
	manifests, err := s.manifestsOf(ctx, in, given, "manifest")
	if err != nil {
		return Plan{}, nil, err
	}
	if err := checkOneJob(manifests); err != nil {
		return Plan{}, nil, err
	}
	app := model.String(c, "application")
	if app == "" {
		app = in.Execution.Application
	}
	request := DeployRequest{
		ID: id, Account: accountOf(in), Manifests: manifests, Moniker: Moniker{App: app},
		NamespaceOverride: model.String(c, "namespace"), Recreate: true,
	}
	required, err := requiredArtifacts(in)
	if err != nil {
		return Plan{}, nil, err
	}
	if err := convert(required, &request.RequiredArtifacts); err != nil {
		return Plan{}, nil, fault.New(fault.Invalid, "requiredArtifacts: %w", err)
	}
	if err := convert(in.All("artifacts"), &request.OptionalArtifacts); err != nil {
		return Plan{}, nil, fault.New(fault.Invalid, "artifacts: %w", err)
	}
	plan, err := s.provider.PlanDeploy(ctx, request)
	return plan, jobContext(manifests[0]), err
}

// checkOneJob refuses everything but a single Job.
func checkOneJob(manifests []map[string]any) error {
	if len(manifests) != 1 {
		return fault.New(fault.Invalid, "manifest: Run Job only supports manifests with a single Job, but there are %d", len(manifests))
	}
	if err := Check(manifests); err != nil {
		return err
	}
	if kind := model.String(manifests[0], "kind"); !strings.EqualFold(kind, "Job") {
		return fault.New(fault.Invalid, "manifest.kind: Only kind of Job is accepted for the Run Job operation, not %s", kind)
	}
	return nil
}

// jobContext is what a run of a Job has in its context beside the operation.
func jobContext(job map[string]any) map[string]any {
	context := map[string]any{"notification.type": "runjob", "kato.result.expected": false}
	annotations := model.Object(model.Object(job, "metadata"), "annotations")
	if template := model.String(annotations, "job.spinnaker.io/logs"); template != "" {
		context["execution"] = map[string]any{"logs": template}
	}
	return context
}

// waitOnJob waits until the Job has ended: Orca's WaitOnJobCompletion.
type waitOnJob struct{ *stages }

// Backoff grows with the time waited, from half a second to ten.
func (waitOnJob) Backoff(in stage.Input) time.Duration {
	return min(max(in.Elapsed()/20, 500*time.Millisecond), 10*time.Second)
}

// Timeout is that of Orca's task.
func (waitOnJob) Timeout(stage.Input) (time.Duration, bool) { return 2 * time.Hour, true }

// jobOf is the stage's one Job.
func jobOf(in stage.Input) (location, name string, err error) {
	jobs := model.Object(in.Stage.Context, "deploy.jobs")
	if len(jobs) != 1 {
		return "", "", invalid("No jobs in stage context.")
	}
	for at := range jobs {
		names := model.Strings(jobs, at)
		if len(names) != 1 {
			return "", "", invalid("At most one job can be run and monitored at a time.")
		}
		location, name = at, names[0]
	}
	return location, name, nil
}

// Run reads the Job's state, and when it has ended its properties.
func (t waitOnJob) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	location, name, err := jobOf(in)
	if err != nil {
		return stage.Result{}, err
	}
	account := accountOf(in)
	job, err := t.provider.Job(ctx, account, location, name)
	if err != nil {
		if fault.KindOf(err) == fault.Unavailable {
			return stage.Running().With(map[string]any{"messages": texts(err.Error())}), nil
		}
		return stage.Result{}, failure(err)
	}
	value, err := generic(map[string]any{"jobStatus": job, "completionDetails": job.CompletionDetails})
	if err != nil {
		return stage.Result{}, err
	}
	out, _ := value.(map[string]any)
	switch job.JobState {
	case "Succeeded", "Failed":
		return t.ended(ctx, in, job, out)
	}
	return t.running(ctx, in, place{Name: name, Location: location}, out)
}

// running tells what the Job waits for, and gives it up when it can't start.
func (t waitOnJob) running(ctx context.Context, in stage.Input, p place, out map[string]any) (stage.Result, error) {
	look, err := newWatch(t.stages, in)
	if err != nil {
		return stage.Result{}, err
	}
	look.messages, look.errors = nil, nil
	if err := look.trouble(ctx, p, "waiting for the job to end"); err != nil {
		return stage.Running().With(model.Merge(out, map[string]any{"messages": texts(err.Error())})), nil
	}
	result, err := look.result()
	if err != nil {
		return stage.Result{}, err
	}
	context := model.Merge(out, map[string]any{"messages": result.Context["messages"]})
	if len(look.failures) == 0 {
		return stage.Running().With(context).Remember(result.State), nil
	}
	context = t.withLogs(ctx, in, p, context)
	if err := t.provider.DeleteJob(ctx, look.account, p.Location, p.Name); err != nil {
		look.errors = append(look.errors, "the job can't be deleted: "+err.Error())
	}
	return failed(in, look.errors, context), nil
}

func (t waitOnJob) ended(ctx context.Context, in stage.Input, job *JobStatus, out map[string]any) (stage.Result, error) {
	container := model.String(in.Stage.Context, "propertyFile")
	if container != "" {
		properties, err := t.provider.JobProperties(ctx, accountOf(in), job.Location, job.Name, container)
		if fault.KindOf(err) == fault.Unavailable {
			return t.again(in, err)
		}
		if job.JobState == "Succeeded" && (err != nil || len(properties) == 0) {
			return failed(in, []string{missingProperties(in, job, container, err)}, out), nil
		}
		if len(properties) > 0 {
			out = model.Merge(out, properties)
			out["propertyFileContents"] = properties
		}
	}
	out["messages"] = []any{}
	context := t.withLogs(ctx, in, place{Name: job.Name, Location: job.Location}, out)
	if job.JobState == "Failed" {
		return failed(in, []string{jobFailure(job)}, context), nil
	}
	return stage.Succeeded().With(context).WithOutputs(visible(in, out)), nil
}

// keptLog is how much of the end of each container's log stays with the stage,
// in bytes.
const keptLog = 32 << 10

// withLogs adds the ends of the Job's logs, which the cluster forgets with its
// pods. A Job whose logs can't be read is no worse for it.
func (t waitOnJob) withLogs(ctx context.Context, in stage.Input, p place, out map[string]any) map[string]any {
	logs, err := t.provider.JobLogs(ctx, accountOf(in), p.Location, p.Name, keptLog)
	if err != nil {
		in.Log.Warn("the logs of a job can't be kept", "job", p.Name, "error", err)
		return out
	}
	kept, err := generic(logs)
	if err != nil || len(logs) == 0 {
		return out
	}
	return model.Merge(out, map[string]any{keyLogs: kept})
}

// missingProperties is what Orca's ConfigurationException says.
func missingProperties(in stage.Input, job *JobStatus, container string, err error) string {
	text := fmt.Sprintf("Expected properties file: %s in job: %s, application: %s, location: %s, account: %s but it was either missing, empty or contained invalid syntax",
		container, job.Name, in.Execution.Application, job.Location, job.Account)
	if err != nil {
		text += ". Error: " + err.Error()
	}
	return text
}

// jobFailure is what Orca's JobFailedException says.
func jobFailure(job *JobStatus) string {
	text := fmt.Sprintf("Job: '%s' failed.", job.Name)
	if job.Reason != "" {
		text += fmt.Sprintf(" Reason: %s.", job.Reason)
	}
	if job.Message != "" {
		text += fmt.Sprintf(" Details: %s.", job.Message)
	}
	if job.FailureDetails != "" {
		text += " Additional Details: " + job.FailureDetails
	}
	return text
}

// OnTimeout deletes the Job, as Orca does.
func (t waitOnJob) OnTimeout(ctx context.Context, in stage.Input) stage.Result {
	sentences := []string{"the job did not end in time, and was deleted"}
	if location, name, err := jobOf(in); err == nil {
		if err := t.provider.DeleteJob(ctx, accountOf(in), location, name); err != nil {
			sentences[0] = "the job did not end in time, and can't be deleted: " + err.Error()
		}
	}
	return failed(in, append(sentences, model.Strings(in.Stage.Context, "messages")...), nil)
}

// cancelJob deletes the stage's Job if it still runs, so that a cancelled
// stage leaves none behind. One that has ended is left for people to look at.
func (s *stages) cancelJob(ctx context.Context, in stage.Input) (stage.Result, error) {
	location, name, ok := startedJob(in)
	if !ok {
		return stage.Result{}, nil
	}
	account := accountOf(in)
	job, err := s.provider.Job(ctx, account, location, name)
	if err != nil {
		if fault.KindOf(err) == fault.NotFound {
			return stage.Result{}, nil
		}
		return stage.Result{}, err
	}
	if job.JobState != "Running" {
		return stage.Result{}, nil
	}
	return stage.Result{Context: map[string]any{"canceledJob": name}}, s.provider.DeleteJob(ctx, account, location, name)
}

// startedJob is the stage's Job, also where the task that makes it was cut
// short.
func startedJob(in stage.Input) (location, name string, ok bool) {
	if location, name, err := jobOf(in); err == nil {
		return location, name, true
	}
	remembered, err := stateOf(in.View)
	if err != nil || remembered.Plan == nil || len(remembered.Plan.Steps) != 1 {
		return "", "", false
	}
	step := remembered.Plan.Steps[0]
	return step.Namespace, step.FullName, true
}

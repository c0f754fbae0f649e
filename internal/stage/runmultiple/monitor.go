package runmultiple

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/childpipeline"
)

// workloads are the kinds of what a deployment is known by.
var workloads = []string{"DaemonSet", "Deployment", "StatefulSet"}

// monitorTask waits until the pipelines of one level have ended, and has the
// next one run. How the pipelines do is for the task of monitorPipeline to see.
type monitorTask struct {
	options Options
	watch   stage.Task
}

func newMonitor(options Options) monitorTask {
	for _, t := range childpipeline.Types(childpipeline.Options{Launcher: options.Launcher}) {
		if task, ok := t.Tasks[childpipeline.MonitorClass]; ok {
			return monitorTask{options, task}
		}
	}
	panic("runmultiple: there is no task that monitors pipelines") // a mistake of the program
}

// Backoff is that of Orca's MonitorMultiplePipelinesTask; the end of a child
// wakes its parent before.
func (monitorTask) Backoff(stage.Input) time.Duration { return 15 * time.Second }

// Timeout is a day unless configured.
func (t monitorTask) Timeout(stage.Input) (time.Duration, bool) {
	return t.options.MonitorTimeout, true
}

// Run goes on with the next level when all pipelines have succeeded, or where
// ignoreUncompleted is on.
func (t monitorTask) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	result, err := t.watch.Run(ctx, asMonitor(in))
	if err != nil {
		return stage.Result{}, err
	}
	if statuses, ok := result.Outputs["executionStatuses"]; ok {
		result.Outputs = map[string]any{"executionStatuses": statuses}
	} else {
		result.Outputs = nil
	}
	if result.Status == model.Running {
		return result, nil
	}
	done := slices.Clone(model.List(in.Stage.Context, keyOutputs))
	for _, id := range model.Strings(in.Stage.Context, keyIDs) {
		child, err := t.options.Launcher.Execution(ctx, id)
		if err != nil {
			return stage.Result{}, stage.Retryable(fmt.Errorf("read child execution %s: %w", id, err))
		}
		done = append(done, summary(child))
	}
	level, _ := model.Int(in.Stage.Context, keyLevel)
	size, _ := model.Int(in.Stage.Context, keySize)
	good := result.Status == model.Succeeded && len(model.Strings(in.Stage.Context, keyIDs)) == len(decode(in.Stage.Context))
	if level < size-1 && (good || model.Bool(in.Stage.Context, "ignoreUncompleted", false)) {
		return stage.Result{Status: model.Redirect, Context: model.Merge(result.Context, map[string]any{
			keyLevel: level + 1, keyOutputs: done,
		})}, nil
	}
	if good {
		return stage.Succeeded().With(map[string]any{keyOutputs: done}), nil
	}
	if result.Status == model.Succeeded { // those that could be started
		result.Status = model.Terminal
	}
	return finished(result, done), nil
}

// asMonitor is the input of a monitorPipeline stage that waits for the level's
// pipelines.
func asMonitor(in stage.Input) stage.Input {
	s := *in.Stage
	s.Type = "monitorPipeline"
	s.Context = map[string]any{keyIDs: in.Stage.Context[keyIDs], "monitorBehavior": "WaitForAllToComplete"}
	if exception, ok := in.Stage.Context["exception"]; ok {
		s.Context["exception"] = exception
	}
	in.Stage = &s
	return in
}

// summary is what Deck's details of the stage show of an execution.
func summary(e *model.Execution) map[string]any {
	trigger := model.Object(model.Object(e.Trigger, "parentExecution"), "trigger")
	out := map[string]any{"id": e.ID, "executionIdentifier": trigger["executionIdentifier"], "status": string(e.Status)}
	if e.StartTime > 0 {
		out["startTime"] = e.StartTime
	}
	if e.EndTime > 0 {
		out["endTime"] = e.EndTime
	}
	if s := deployment(e); s != nil {
		if created := artifact(s); created != nil {
			out["artifactCreated"] = created
		}
	}
	return out
}

// deployment is the execution's latest stage that has deployed the app's
// workload: one whose name begins with Deploy, and whose first manifest has the
// parameter app in its name.
func deployment(e *model.Execution) *model.Stage {
	var latest *model.Stage
	name := model.String(e.Trigger.Parameters(), "app")
	for _, s := range e.Stages {
		if name == "" || s.Type != "deployManifest" && s.Type != "runJobManifest" ||
			!strings.HasPrefix(s.Name, "Deploy") || s.Status == model.Skipped {
			continue
		}
		manifests := model.Objects(s.Outputs, "manifests")
		if s.Outputs["manifests"] == nil {
			manifests = model.Objects(s.Outputs, "outputs.manifests")
		}
		if len(manifests) == 0 || !slices.Contains(workloads, model.String(manifests[0], "kind")) ||
			!strings.Contains(model.String(model.Object(manifests[0], "metadata"), "name"), name) {
			continue
		}
		if latest == nil || s.EndTime >= latest.EndTime {
			latest = s
		}
	}
	return latest
}

// artifact is what a deployment has made, by which it can be rolled back.
func artifact(s *model.Stage) map[string]any {
	created, manifests := model.Objects(s.Outputs, "outputs.createdArtifacts"), model.Objects(s.Outputs, "manifests")
	if len(created) == 0 || len(manifests) == 0 {
		return nil
	}
	return map[string]any{
		"account":      model.String(s.Context, "deploy.account.name"),
		"manifestName": model.String(manifests[0], "kind") + " " + model.String(created[0], "name"),
		"location":     model.String(created[0], "location"),
	}
}

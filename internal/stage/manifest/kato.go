package manifest

import (
	"fmt"
	"slices"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// katoTask is an operation as clouddriver reports it and Deck shows it.
type katoTask struct {
	ID            string            `json:"id"`
	Status        katoStatus        `json:"status"`
	History       []katoEntry       `json:"history"`
	ResultObjects []*resultObject   `json:"resultObjects"`
	Outputs       []any             `json:"outputs"`
	Exception     map[string]string `json:"exception,omitempty"`
}

type katoStatus struct {
	Completed bool `json:"completed"`
	Failed    bool `json:"failed"`
	Retryable bool `json:"retryable"`
}

type katoEntry struct {
	Phase  string `json:"phase"`
	Status string `json:"status"`
}

// resultObject is what an operation has done: clouddriver's OperationResult.
type resultObject struct {
	ManifestNamesByNamespace map[string][]string `json:"manifestNamesByNamespace"`
	Manifests                []map[string]any    `json:"manifests"`
	CreatedArtifacts         []model.Artifact    `json:"createdArtifacts"`
	BoundArtifacts           []model.Artifact    `json:"boundArtifacts"`
	DeployedNamesByLocation  map[string][]string `json:"deployedNamesByLocation,omitempty"`
	// Type, Operation, Message and Cause are those of a failure.
	Type      string `json:"type,omitempty"`
	Operation string `json:"operation,omitempty"`
	Message   string `json:"message,omitempty"`
	Cause     string `json:"cause,omitempty"`
}

func newKatoTask(id string) *katoTask {
	return &katoTask{
		ID: id, History: []katoEntry{}, Outputs: []any{},
		ResultObjects: []*resultObject{{
			ManifestNamesByNamespace: map[string][]string{}, Manifests: []map[string]any{},
			CreatedArtifacts: []model.Artifact{}, BoundArtifacts: []model.Artifact{},
		}},
	}
}

// currentTask reads the operation that was started last from the context.
func currentTask(in stage.Input) (*katoTask, error) {
	id := model.String(model.Object(in.Stage.Context, keyTaskID), "id")
	for _, stored := range model.Objects(in.Stage.Context, keyTasks) {
		if model.String(stored, "id") != id {
			continue
		}
		task := newKatoTask(id)
		if err := convert(stored, task); err != nil {
			return nil, fmt.Errorf("read %s: %w", keyTasks, err)
		}
		if len(task.ResultObjects) == 0 {
			task.ResultObjects = newKatoTask(id).ResultObjects
		}
		return task, nil
	}
	return newKatoTask(id), nil
}

// withTask is the context's list of operations with this one in its newest
// state.
func withTask(in stage.Input, task *katoTask) []any {
	out := []any{}
	for _, stored := range model.Objects(in.Stage.Context, keyTasks) {
		if model.String(stored, "id") != task.ID {
			out = append(out, stored)
		}
	}
	if value, err := generic(task); err == nil {
		return append(out, value)
	}
	return append(out, task)
}

func (t *katoTask) say(phase, status string) {
	t.History = append(t.History, katoEntry{Phase: phase, Status: status})
}

func (t *katoTask) complete() { t.Status = katoStatus{Completed: true} }

// fail ends the task with clouddriver's form of an exception.
func (t *katoTask) fail(step Step, message string) {
	t.Status = katoStatus{Completed: true, Failed: true}
	t.say("ORCHESTRATION", "Orchestration failed: "+message)
	t.Exception = map[string]string{"type": "EXCEPTION", "operation": string(step.Action) + " " + step.FullName, "message": message, "cause": message}
	t.ResultObjects = append(t.ResultObjects, &resultObject{
		Type: "EXCEPTION", Operation: string(step.Action) + " " + step.FullName, Message: message, Cause: message,
	})
}

func (t *katoTask) status() string {
	switch {
	case t.Status.Failed:
		return string(model.Terminal)
	case t.Status.Completed:
		return string(model.Succeeded)
	}
	return string(model.Running)
}

func (r *resultObject) addName(step Step) {
	names := r.ManifestNamesByNamespace[step.Namespace]
	if !slices.Contains(names, step.FullName) {
		r.ManifestNamesByNamespace[step.Namespace] = append(names, step.FullName)
	}
}

func (r *resultObject) addManifest(step Step, m map[string]any) {
	r.addName(step)
	if m != nil {
		// A later step's state of the same object takes the place of an earlier one's.
		r.Manifests = slices.DeleteFunc(r.Manifests, func(have map[string]any) bool { return sameObject(have, m) })
		r.Manifests = append(r.Manifests, m)
	}
	if step.Artifact != nil {
		r.CreatedArtifacts = append(r.CreatedArtifacts, *step.Artifact)
	}
	if step.Kind == "Job" {
		if r.DeployedNamesByLocation == nil {
			r.DeployedNamesByLocation = map[string][]string{}
		}
		r.DeployedNamesByLocation[step.Namespace] = append(r.DeployedNamesByLocation[step.Namespace], step.FullName)
	}
}

func (r *resultObject) addBound(bound []model.Artifact) {
	r.BoundArtifacts = append([]model.Artifact{}, bound...)
}

// jobs are the names of the Jobs that were run, by namespace.
func (r *resultObject) jobs() map[string]any {
	out := map[string]any{}
	for namespace, names := range r.DeployedNamesByLocation {
		out[namespace] = texts(names...)
	}
	return out
}

func sameObject(x, y map[string]any) bool {
	mx, my := model.Object(x, "metadata"), model.Object(y, "metadata")
	return model.String(x, "kind") == model.String(y, "kind") && model.String(x, "apiVersion") == model.String(y, "apiVersion") &&
		model.String(mx, "name") == model.String(my, "name") && model.String(mx, "namespace") == model.String(my, "namespace")
}

// Package artifactbind binds artifacts: it is the task bindProducedArtifacts,
// which every stage that produces artifacts ends with, and the rules behind
// it, those of Orca's ArtifactUtils and ArtifactResolver.
package artifactbind

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// Class is Orca's name of the task.
const Class = "com.netflix.spinnaker.orca.pipeline.tasks.artifacts.BindProducedArtifactsTask"

// Task binds a stage's expectedArtifacts to the artifacts that the stage, the
// stages before it and the trigger have.
type Task struct {
	// ExcludeFromOutputs are the keys ("artifacts",
	// "resolvedExpectedArtifacts") that later stages don't get to see:
	// tasks.bind-produced-artifacts.exclude-keys-from-outputs.
	ExcludeFromOutputs []string
}

// Inline marks the task as one that does nothing outside.
func (Task) Inline() {}

// Run fails when an expected artifact can't be found.
func (t Task) Run(_ context.Context, in stage.Input) (stage.Result, error) {
	expected := model.Objects(in.Stage.Context, "expectedArtifacts")
	if len(expected) == 0 {
		return stage.Succeeded(), nil
	}
	found, err := Resolve(expected, Artifacts(in.View))
	if err != nil {
		return stage.Result{}, err
	}
	return stage.Succeeded().With(found).WithOutputs(model.Without(found, t.ExcludeFromOutputs...)), nil
}

// Artifacts lists the artifacts a stage has at hand, its own first.
func Artifacts(view engine.View) []map[string]any {
	list := slices.Concat(model.List(view.Stage.Context, "artifacts"), view.All("artifacts"))
	return model.Objects(map[string]any{"": list}, "")
}

// Resolve matches expectations with artifacts. Of several artifacts that fit
// the first is taken; where none does, the expectation's default. The answer's
// "artifacts" are those that were taken, each once, and its
// "resolvedExpectedArtifacts" the expectations with their boundArtifact.
func Resolve(expected, artifacts []map[string]any) (map[string]any, error) {
	taken, resolved := []any{}, []any{}
	for _, e := range expected {
		artifact := match(e, artifacts)
		if artifact == nil {
			return nil, &stage.Error{Type: "InvalidRequestException", Message: fmt.Sprintf(
				"Unmatched expected artifact %q could not be resolved; there are: %s", nameOf(e), names(artifacts))}
		}
		if !slices.ContainsFunc(taken, func(other any) bool { return reflect.DeepEqual(other, any(artifact)) }) {
			taken = append(taken, artifact)
		}
		resolved = append(resolved, model.Merge(e, map[string]any{"boundArtifact": artifact}))
	}
	return map[string]any{"artifacts": taken, "resolvedExpectedArtifacts": resolved}, nil
}

func match(expected map[string]any, artifacts []map[string]any) map[string]any {
	for _, artifact := range artifacts {
		if engine.Matches(model.Object(expected, "matchArtifact"), artifact) {
			return artifact
		}
	}
	if model.Bool(expected, "useDefaultArtifact", false) {
		return model.Object(expected, "defaultArtifact")
	}
	return nil
}

// Bound is the artifact that the expectation of that id was bound to, by the
// stage, one before it or the trigger; nil where there is none. An artifact
// without an account gets the expectation's.
func Bound(view engine.View, id string) map[string]any {
	if id == "" {
		return nil
	}
	list := slices.Concat(model.List(view.Stage.Context, "resolvedExpectedArtifacts"), view.All("resolvedExpectedArtifacts"))
	for _, e := range model.Objects(map[string]any{"": list}, "") {
		if model.String(e, "id") != id {
			continue
		}
		artifact := model.Object(e, "boundArtifact")
		account := model.String(model.Object(e, "matchArtifact"), "artifactAccount")
		if artifact != nil && account != "" && model.String(artifact, "artifactAccount") == "" {
			return model.Merge(artifact, map[string]any{"artifactAccount": account})
		}
		return artifact
	}
	return nil
}

// nameOf is an expectation's name for a person.
func nameOf(expected map[string]any) string {
	wanted := model.Object(expected, "matchArtifact")
	for _, name := range []string{
		model.String(expected, "displayName"), model.String(wanted, "name"), model.String(wanted, "reference"),
		model.String(wanted, "type"), model.String(expected, "id"),
	} {
		if name != "" {
			return name
		}
	}
	return "without a name"
}

func names(artifacts []map[string]any) string {
	var out []string
	for _, a := range artifacts {
		name := model.String(a, "name")
		if name == "" {
			name = model.String(a, "reference")
		}
		out = append(out, strings.TrimSpace(model.String(a, "type")+" "+name))
	}
	if len(out) == 0 {
		return "none"
	}
	return strings.Join(out, ", ")
}

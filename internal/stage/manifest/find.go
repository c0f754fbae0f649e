package manifest

import (
	"context"
	"fmt"
	"strings"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// resolveTarget finds the object that a dynamic target means: Orca's
// ResolveTargetManifestTask. A stage without criteria names its object itself.
func (s *stages) resolveTarget(ctx context.Context, in stage.Input) (stage.Result, error) {
	c := in.Stage.Context
	criteria := model.String(c, "criteria")
	if criteria == "" {
		return stage.Succeeded(), nil
	}
	for _, field := range []string{"kind", "cluster"} {
		if model.String(c, field) == "" {
			return stage.Result{}, invalid("%s: is missing; a target by criteria needs kind, app, cluster and criteria", field)
		}
	}
	app := model.String(c, "app")
	if app == "" {
		app = in.Execution.Application
	}
	found, err := s.provider.DynamicManifest(ctx, accountOf(in), model.String(c, "location"), model.String(c, "kind"), app, model.String(c, "cluster"), criteria)
	if err != nil {
		return s.again(in, err)
	}
	out := map[string]any{"manifestName": found.FullName()}
	return stage.Succeeded().With(out).WithOutputs(out), nil
}

// findArtifactsFromResource reads a live object and the artifacts it uses:
// Orca's FindArtifactsFromResourceTask.
func (s *stages) findArtifactsFromResource(ctx context.Context, in stage.Input) (stage.Result, error) {
	name, location := model.String(in.Stage.Context, "manifestName"), model.String(in.Stage.Context, "location")
	if name == "" {
		return stage.Result{}, invalid("manifestName: is missing")
	}
	live, err := s.provider.Manifest(ctx, accountOf(in), location, name, false)
	if err != nil {
		if fault.KindOf(err) == fault.NotFound {
			return stage.Result{}, failure(fault.New(fault.NotFound, "Manifest %s not found in %s: %w", name, location, err))
		}
		return s.again(in, err)
	}
	value, err := generic(map[string]any{"manifest": live.Manifest, "artifacts": live.Artifacts})
	if err != nil {
		return stage.Result{}, err
	}
	out, _ := value.(map[string]any)
	return stage.Succeeded().With(out).WithOutputs(out), nil
}

// bindProduced matches the artifacts that a stage expects to produce with
// those there are: Orca's BindProducedArtifactsTask.
func bindProduced(_ context.Context, in stage.Input) (stage.Result, error) {
	expected := model.Objects(in.Stage.Context, "expectedArtifacts")
	if len(expected) == 0 {
		return stage.Succeeded(), nil
	}
	candidates := model.Objects(map[string]any{"list": append(model.List(in.Stage.Context, "artifacts"), in.All("artifacts")...)}, "list")
	artifacts, resolved := []any{}, []any{}
	for _, e := range expected {
		found := match(e, candidates)
		if found == nil {
			return stage.Result{}, invalid("expectedArtifacts: Unmatched expected artifact %q could not be resolved; there are %s", expectedName(e), artifactNames(candidates))
		}
		artifacts = append(artifacts, found)
		resolved = append(resolved, model.Merge(e, map[string]any{"boundArtifact": found}))
	}
	out := map[string]any{"artifacts": artifacts, "resolvedExpectedArtifacts": resolved}
	return stage.Succeeded().With(out).WithOutputs(visible(in, out)), nil
}

// match finds the first artifact that fits an expectation, else its default.
func match(expected map[string]any, candidates []map[string]any) map[string]any {
	for _, candidate := range candidates {
		if engine.Matches(model.Object(expected, "matchArtifact"), candidate) {
			return candidate
		}
	}
	if model.Bool(expected, "useDefaultArtifact", false) {
		return model.Object(expected, "defaultArtifact")
	}
	return nil
}

func expectedName(e map[string]any) string {
	for _, name := range []string{
		model.String(e, "displayName"), model.String(model.Object(e, "matchArtifact"), "name"), model.String(e, "id"),
	} {
		if name != "" {
			return name
		}
	}
	return "without a name"
}

func artifactNames(list []map[string]any) string {
	var names []string
	for _, a := range list {
		names = append(names, fmt.Sprintf("%s %s", model.String(a, "type"), model.String(a, "name")))
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// consumeArtifact puts the fields of a JSON artifact into the outputs: Orca's
// ConsumeArtifactTask.
func (s *stages) consumeArtifact(ctx context.Context, in stage.Input) (stage.Result, error) {
	id := model.String(in.Stage.Context, "consumeArtifactId")
	artifact := boundArtifact(in, id)
	if artifact == nil {
		return stage.Result{}, failure(fault.New(fault.NotFound, "consumeArtifactId: No artifact could be bound to '%s'", id))
	}
	text, err := s.artifactText(ctx, artifact, "consumeArtifactId")
	if err != nil {
		return stage.Result{}, failure(err)
	}
	var out map[string]any
	if err := limit.Unmarshal(text, &out); err != nil {
		return stage.Result{}, invalid("consumeArtifactId: the artifact is no JSON object: %w", err)
	}
	return stage.Succeeded().WithOutputs(out), nil
}

// Package bakemanifest is the bakeManifest stage: it renders a manifest of a chart, a
// kustomization, or other templates. Fields, task names, checks and outputs are those of Orca's
// BakeManifestStage and CreateBakeManifestTask.
package bakemanifest

import (
	"context"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/artifactbind"
)

// Class is Orca's name of the task.
const Class = "com.netflix.spinnaker.orca.bakery.tasks.manifests.CreateBakeManifestTask"

//go:embed schema.json
var schema []byte

// Bakery renders manifests. It is called by any number of tasks at a time. Faults that
// are Unavailable have it called again; others are lasting.
type Bakery interface {
	Bake(ctx context.Context, o bakery.Order) (bakery.Baked, error)
}

// Evaluator evaluates the expressions in an object, as the stage sees it. failures is nil
// if all went well.
type Evaluator func(ctx context.Context, stage engine.View, object map[string]any) (evaluated, failures map[string]any)

// Type is the bakeManifest stage. bind is the task that binds what it has rendered to its
// expectedArtifacts.
func Type(ovens Bakery, evaluate Evaluator, bind stage.Task) *stage.Type {
	return &stage.Type{
		Name:        "bakeManifest",
		Label:       "Bake manifest",
		Description: "Renders a Helm chart, a kustomization, or other templates to a manifest, for stages that deploy it.",
		Schema:      schema,
		Check:       check,
		Definition:  definition{},
		Tasks:       map[string]stage.Task{Class: task{Baker{ovens, evaluate}}, artifactbind.Class: bind},
	}
}

type definition struct{}

func (definition) Tasks(engine.View) ([]engine.TaskSpec, error) {
	return []engine.TaskSpec{{Name: "createBake", Class: Class}, {Name: "bindProducedArtifacts", Class: artifactbind.Class}}, nil
}

// PrepareForRestart forgets what the last run has rendered.
func (definition) PrepareForRestart(context map[string]any) map[string]any {
	return model.Without(context, "artifacts", "resolvedExpectedArtifacts", keyBake)
}

// keyBake is where the stage's context tells about the bake; Orca's has no such key.
const keyBake = "bake"

// fields are a stage's fields.
type fields struct {
	TemplateRenderer            string           `json:"templateRenderer"`
	InputArtifacts              []map[string]any `json:"inputArtifacts"`
	InputArtifact               map[string]any   `json:"inputArtifact"`
	ExpectedArtifacts           []map[string]any `json:"expectedArtifacts"`
	OutputName                  string           `json:"outputName"`
	Namespace                   string           `json:"namespace"`
	APIVersions                 string           `json:"apiVersions"`
	KubeVersion                 string           `json:"kubeVersion"`
	EvaluateOverrideExpressions bool             `json:"evaluateOverrideExpressions"`
	RawOverrides                bool             `json:"rawOverrides"`
	IncludeCRDs                 bool             `json:"includeCRDs"`
	HelmChartFilePath           string           `json:"helmChartFilePath"`
	KustomizeFilePath           string           `json:"kustomizeFilePath"`
	HelmfileFilePath            string           `json:"helmfileFilePath"`
	TemplateFilePath            string           `json:"templateFilePath"`
	Environment                 string           `json:"environment"`
	StateValuesArtifacts        []map[string]any `json:"stateValuesArtifacts"`
	PostRender                  map[string]any   `json:"postRender"`
}

func read(all map[string]any) (fields, error) {
	var f fields
	if err := model.Decode(model.Without(all, "overrides"), &f); err != nil {
		return f, invalid("%v", err)
	}
	if len(f.InputArtifacts) == 0 && f.InputArtifact != nil {
		f.InputArtifacts = []map[string]any{f.InputArtifact}
	}
	f.TemplateRenderer = strings.ToUpper(strings.TrimSpace(f.TemplateRenderer))
	return f, nil
}

// path is the field that says where the templates are: each of Rosco's renderers has one
// of its own, and the others share one.
func (f fields) path() string {
	switch {
	case strings.HasPrefix(f.TemplateRenderer, "KUSTOMIZE"):
		return f.KustomizeFilePath
	case strings.HasPrefix(f.TemplateRenderer, "HELMFILE"):
		return f.HelmfileFilePath
	case strings.HasPrefix(f.TemplateRenderer, "HELM"):
		return f.HelmChartFilePath
	}
	return f.TemplateFilePath
}

// check tells what would fail whatever the artifacts are.
func check(all map[string]any) error {
	f, err := read(all)
	if err != nil {
		return err
	}
	return f.check()
}

func (f fields) check() error {
	if len(f.ExpectedArtifacts) != 1 {
		return invalid("The stage produces one artifact, so expectedArtifacts must have exactly one entry, but has %d", len(f.ExpectedArtifacts))
	}
	if name := model.String(model.Object(f.ExpectedArtifacts[0], "matchArtifact"), "name"); f.TemplateRenderer == "CF" && f.OutputName != "" && name != f.OutputName {
		return invalid("The name of the Cloud Foundry manifest's expected artifact must be the same as outputName: %q, but it is %q", f.OutputName, name)
	}
	return f.checkInputs()
}

// checkInputs checks what is needed to render, whatever becomes of the result.
func (f fields) checkInputs() error {
	switch {
	case len(f.InputArtifacts) == 0:
		return invalid("At least one input artifact to bake must be supplied")
	case f.TemplateRenderer == "":
		return invalid("templateRenderer is missing, such as HELM3 or KUSTOMIZE4")
	}
	return nil
}

func invalid(format string, args ...any) error {
	return &stage.Error{Type: "IllegalArgumentException", Message: fmt.Sprintf(format, args...)}
}

// task renders.
type task struct{ Baker }

// Backoff and Timeout are Orca's, except that a source that is away for a moment is asked
// again sooner.
func (task) Backoff(stage.Input) time.Duration { return 2 * time.Second }

// Timeout is how long it is tried.
func (task) Timeout(stage.Input) (time.Duration, bool) { return 5 * time.Minute, true }

// Run fetches and renders.
func (t task) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	f, err := read(in.Stage.Context)
	if err == nil {
		err = f.check()
	}
	if err != nil {
		return stage.Result{}, err
	}
	baked, err := t.bake(ctx, in.View, f)
	if err != nil {
		return stage.Result{}, failure(err)
	}
	artifact := map[string]any{
		"type": "embedded/base64", "artifactAccount": "embedded-artifact", "customKind": false, "metadata": map[string]any{},
		"reference": base64.StdEncoding.EncodeToString(baked.Manifest),
	}
	if name := model.String(model.Object(f.ExpectedArtifacts[0], "matchArtifact"), "name"); name != "" {
		artifact["name"] = name
	}
	// Orca has the artifacts in the context too; bindProducedArtifacts puts them there.
	return stage.Succeeded().
		With(map[string]any{"cloudProvider": "kubernetes", keyBake: f.told(baked)}).
		WithOutputs(map[string]any{"cloudProvider": "kubernetes", "artifacts": []any{artifact}}), nil
}

// failure is what the stage shows of an error.
func failure(err error) error {
	if _, own := errors.AsType[*stage.Error](err); own {
		return err
	}
	switch fault.KindOf(err) {
	case fault.Internal, fault.Unavailable:
		return fmt.Errorf("bake the manifest: %w", err)
	}
	return &stage.Error{Type: "IllegalArgumentException", Message: err.Error(), Cause: err}
}

package bakemanifest

import (
	"context"
	"errors"
	"strings"

	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/stage"
)

// Baker renders what a stage's fields ask for, for the stage itself and for previews.
type Baker struct {
	Bakery Bakery
	// Evaluate evaluates the expressions in overrides again; nil leaves them.
	Evaluate Evaluator
}

// Bake renders what a stage would, without its effects. Expressions in the stage's
// context are evaluated already. Errors are faults.
func (b Baker) Bake(ctx context.Context, view engine.View) (bakery.Baked, map[string]any, error) {
	f, err := read(view.Stage.Context)
	if err == nil {
		err = f.checkInputs()
	}
	var baked bakery.Baked
	if err == nil {
		baked, err = b.bake(ctx, view, f)
	}
	if own, ok := errors.AsType[*stage.Error](err); ok {
		err = fault.New(fault.Invalid, "%s", own.Message)
	}
	return baked, f.told(baked), err
}

func (b Baker) bake(ctx context.Context, view engine.View, f fields) (bakery.Baked, error) {
	order := bakery.Order{
		Renderer: f.TemplateRenderer, OutputName: f.OutputName, Namespace: f.Namespace, KubeVersion: f.KubeVersion, Path: f.path(),
		APIVersions: split(f.APIVersions), RawOverrides: f.RawOverrides, IncludeCRDs: f.IncludeCRDs, Environment: f.Environment,
	}
	var err error
	if order.Artifacts, err = artifacts(view, f.InputArtifacts); err != nil {
		return bakery.Baked{}, err
	}
	if order.StateValues, err = artifacts(view, f.StateValuesArtifacts); err != nil {
		return bakery.Baked{}, err
	}
	if len(f.PostRender) > 0 {
		found, err := artifacts(view, []map[string]any{f.PostRender})
		if err != nil {
			return bakery.Baked{}, err
		}
		order.PostRender, order.PostRenderPath = found[0], f.KustomizeFilePath
	}
	if order.Overrides, err = b.overrides(ctx, view, f); err != nil {
		return bakery.Baked{}, err
	}
	return b.Bakery.Bake(ctx, order)
}

// told is what the stage's context tells about a bake.
func (f fields) told(baked bakery.Baked) map[string]any {
	out := map[string]any{
		"renderer": f.TemplateRenderer, "version": baked.Version, "objects": baked.Objects, "bytes": len(baked.Manifest), "key": baked.Key, "cached": baked.Cached,
	}
	source := map[string]any{}
	if baked.Source.Name != "" {
		source["name"] = baked.Source.Name
	}
	if baked.Source.Version != "" {
		source["version"] = baked.Source.Version
	}
	if len(source) > 0 {
		out["source"] = source
	}
	return out
}

// split reads a list with commas, as --api-versions takes it.
func split(text string) []string {
	var out []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

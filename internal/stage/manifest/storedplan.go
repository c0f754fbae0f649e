package manifest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// storedPlan is a plan as a stage remembers it. The stage's context holds its
// manifests already, so steps that apply one of them refer to it and hold what
// the plan changes in it: names, annotations, images.
type storedPlan struct {
	Steps          []storedStep     `json:"steps"`
	BoundArtifacts []model.Artifact `json:"boundArtifacts,omitempty"`
	Warnings       []string         `json:"warnings,omitempty"`
	Leaving        []InventoryEntry `json:"leaving,omitempty"`
}

// storedStep is a step whose manifest is that of the stage, at the step's
// Source, with a merge patch (RFC 7396) on it. A step without a Patch has its
// manifest with it.
type storedStep struct {
	Step
	Patch json.RawMessage `json:"patch,omitempty"`
	// Digest is that of the manifest: a context that was changed in the meantime
	// must not change what is applied.
	Digest string `json:"digest,omitempty"`
}

// storePlan makes a plan small. The sources are the stage's manifests.
func storePlan(plan Plan, sources []any) (*storedPlan, error) {
	out := &storedPlan{BoundArtifacts: plan.BoundArtifacts, Warnings: plan.Warnings, Leaving: plan.Leaving, Steps: make([]storedStep, len(plan.Steps))}
	for i, step := range plan.Steps {
		stored, err := storeStep(step, sources)
		if err != nil {
			return nil, fmt.Errorf("store the plan: %s: %w", step.FullName, err)
		}
		out.Steps[i] = stored
	}
	return out, nil
}

func storeStep(step Step, sources []any) (storedStep, error) {
	out := storedStep{Step: step}
	source, ok := sourceOf(step, sources)
	if !ok || step.Manifest == nil {
		out.Source = 0
		return out, nil
	}
	wanted, err := model.Marshal(step.Manifest)
	if err != nil {
		return out, err
	}
	patch, err := jsonpatch.CreateMergePatch(source, wanted)
	if err != nil {
		return out, err
	}
	out.Patch, out.Digest = patch, digest(wanted)
	// A merge patch can't express every change, such as to null.
	if _, err := out.patched(source); err != nil {
		out.Source, out.Patch, out.Digest = 0, nil, ""
		return out, nil //nolint:nilerr // the step keeps its manifest then
	}
	out.Manifest = nil
	return out, nil
}

// sourceOf is the manifest that a step's was made from, as JSON.
func sourceOf(step Step, sources []any) ([]byte, bool) {
	if step.Source < 1 || step.Source > len(sources) {
		return nil, false
	}
	source, ok := sources[step.Source-1].(map[string]any)
	if !ok {
		return nil, false
	}
	plain, err := PlainObject(source)
	if err != nil {
		return nil, false
	}
	data, err := model.Marshal(plain)
	return data, err == nil
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// patched is the step's manifest, made of its source.
func (s storedStep) patched(source []byte) (map[string]any, error) {
	data, err := jsonpatch.MergePatch(source, s.Patch)
	if err != nil {
		return nil, err
	}
	var value any
	if err := model.Unmarshal(data, &value); err != nil {
		return nil, err
	}
	plain, err := Plain(value)
	if err != nil {
		return nil, err
	}
	if data, err = model.Marshal(plain); err != nil {
		return nil, err
	}
	out, ok := plain.(map[string]any)
	if !ok || digest(bytes.TrimSpace(data)) != s.Digest {
		return nil, fault.New(fault.Conflict, "the stage's manifests were changed while it ran; restart the stage")
	}
	return out, nil
}

// plan makes the plan whole again.
func (p *storedPlan) plan(sources []any) (Plan, error) {
	out := Plan{BoundArtifacts: p.BoundArtifacts, Warnings: p.Warnings, Leaving: p.Leaving, Steps: make([]Step, len(p.Steps))}
	for i, stored := range p.Steps {
		step := stored.Step
		var err error
		if stored.Patch == nil {
			err = step.restore()
		} else if source, ok := sourceOf(step, sources); !ok {
			err = fault.New(fault.Conflict, "the stage's manifests were changed while it ran; restart the stage")
		} else {
			step.Manifest, err = stored.patched(source)
		}
		if err != nil {
			return Plan{}, fmt.Errorf("%s: %w", step.FullName, err)
		}
		out.Steps[i] = step
	}
	return out, nil
}

// restore gives the free-form parts the types that Kubernetes' JSON has.
func (s *Step) restore() error {
	var err error
	if s.Manifest != nil {
		if s.Manifest, err = PlainObject(s.Manifest); err != nil {
			return err
		}
	}
	if s.Body != nil {
		s.Body, err = Plain(s.Body)
	}
	return err
}

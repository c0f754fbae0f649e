package template

import (
	"context"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/model"
)

// Inherited is what a pipeline's template adds to what starts it.
type Inherited struct {
	// Triggers are those of the template, each marked with "inherited".
	Triggers []any `json:"triggers,omitempty"`
	// ExpectedArtifacts are all that the expanded pipeline expects: triggers refer to them
	// by their ids.
	ExpectedArtifacts []any `json:"expectedArtifacts,omitempty"`
}

// InheritsTriggers tells whether a pipeline takes triggers from its template. In version 2 it
// does unless "exclude" lists the triggers, as in Orca's V2SchemaExecutionGenerator. In
// version 1 it does if "inherit" lists them, or if its configuration has triggers of its own,
// which Orca's TemplatedPipelineModelMutator merges into the pipeline.
func InheritsTriggers(config map[string]any) bool {
	if !templated(config) {
		return false
	}
	if inner := model.Object(config, "config"); inner != nil && model.String(inner, "schema") == SchemaV1 {
		settings := model.Object(inner, "configuration")
		return slices.Contains(model.Strings(settings, "inherit"), "triggers") || len(model.List(settings, "triggers")) > 0
	}
	return !slices.Contains(model.Strings(config, "exclude"), "triggers")
}

// StoredTemplate is the id of the stored template that a pipeline's triggers depend on; ""
// if they may depend on others, as in version 1, or if an expression decides.
func StoredTemplate(config map[string]any) string {
	reference := model.String(model.Object(config, "template"), "reference")
	if strings.Contains(reference, "${") {
		return ""
	}
	ref, err := ParseReference(reference)
	if err != nil {
		return ""
	}
	return ref.ID
}

// Inherited expands the template of a pipeline that inherits triggers. Expressions are
// evaluated with the template's variables. Those that need an execution stay as they are.
// The errors are those of [Planner.Expand].
func (p *Planner) Inherited(ctx context.Context, config map[string]any) (Inherited, error) {
	pipeline, err := p.Expand(ctx, config)
	if err != nil {
		return Inherited{}, err
	}
	found := map[string]any{"triggers": model.List(pipeline, "triggers"), "expectedArtifacts": model.List(pipeline, "expectedArtifacts")}
	scope := expression.StartScope(map[string]any{"templateVariables": orEmpty(model.Object(pipeline, "templateVariables"))})
	found, _ = p.expressions.Evaluate(ctx, found, scope)
	v1 := model.String(model.Object(pipeline, "source"), "version") == "v1" || model.Object(config, "config") != nil
	out := Inherited{ExpectedArtifacts: model.List(found, "expectedArtifacts")}
	for _, t := range model.Objects(found, "triggers") {
		if v1 || model.Bool(t, "inherited", false) {
			out.Triggers = append(out.Triggers, model.Merge(t, map[string]any{"inherited": true}))
		}
	}
	return out, nil
}

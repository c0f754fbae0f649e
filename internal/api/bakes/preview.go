package bakes

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/artifactstore"
	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/masking"
	"github.com/gennaker/gennaker/internal/model"
)

// request is what is to be previewed.
type request struct {
	// Stage is the bakeManifest stage as the editor has it.
	Stage map[string]any `json:"stage"`
	// ExecutionID names the run whose values expressions and inputs have.
	ExecutionID string `json:"executionId"`
	// Parameters are values of the pipeline's parameters; they override the run's.
	Parameters map[string]any `json:"parameters"`
	// ExpectedArtifacts are the pipeline's; the run may not have bound all of them.
	ExpectedArtifacts []map[string]any `json:"expectedArtifacts"`
	// Account is the account whose objects the result is compared with, as a stage with
	// this NamespaceOverride would deploy them.
	Account           string `json:"account"`
	NamespaceOverride string `json:"namespaceOverride"`
}

// problem is why nothing was rendered.
type problem struct {
	Message string        `json:"message"`
	Place   *bakery.Place `json:"place,omitempty"`
}

// answer is the preview.
type answer struct {
	shownManifest
	Warnings []string `json:"warnings"`
	Error    *problem `json:"error,omitempty"`
	// Last is what the pipeline has baked last.
	Last *lastBake `json:"last,omitempty"`
	// Plan is what deploying the manifest would change, PlanError why that isn't known.
	Plan      any    `json:"plan,omitempty"`
	PlanError string `json:"planError,omitempty"`
}

func (a *area) preview(r *http.Request) (any, error) {
	var asked request
	if _, err := rest.ReadBody(r, &asked); err != nil {
		return nil, err
	}
	if asked.Stage == nil {
		return nil, fault.New(fault.Invalid, "stage: is missing; it has the fields of a bakeManifest stage")
	}
	if a.Baker == nil {
		return nil, fault.New(fault.Unavailable, "manifests are not baked by this process")
	}
	if asked.Account != "" {
		if err := a.Accounts.MayUse(r.Context(), rest.User(r), asked.Account); err != nil {
			return nil, err
		}
	}
	select {
	case a.places <- struct{}{}:
		defer func() { <-a.places }()
	case <-r.Context().Done():
		return nil, context.Cause(r.Context())
	}
	run, err := a.run(r, asked)
	if err != nil {
		return nil, err
	}
	return a.render(r, run, asked)
}

// run is the run that the stage is previewed in: the one that was chosen, with the
// values that were, or one that has nothing else.
func (a *area) run(r *http.Request, asked request) (*model.Execution, error) {
	application := r.PathValue("application")
	out := model.Execution{ID: "preview", Type: model.PipelineExecution, Application: application, Trigger: model.Trigger{"type": "manual"}}
	if asked.ExecutionID != "" {
		e, err := a.Shown.Find(r.Context(), asked.ExecutionID, model.PipelineExecution)
		if err != nil {
			return nil, err
		}
		if !strings.EqualFold(e.Application, application) {
			return nil, fault.New(fault.NotFound, "executionId: the application %s has no execution %s", application, asked.ExecutionID)
		}
		out = *e
	}
	trigger := model.Merge(map[string]any(out.Trigger), nil)
	if len(asked.Parameters) > 0 {
		trigger["parameters"] = model.Merge(model.Object(trigger, "parameters"), asked.Parameters)
	}
	trigger["resolvedExpectedArtifacts"] = bound(model.List(trigger, "resolvedExpectedArtifacts"), asked.ExpectedArtifacts)
	out.Trigger = trigger
	return &out, nil
}

// bound adds the expected artifacts that nothing is bound to, with their defaults, or
// what they match.
func bound(resolved []any, expected []map[string]any) []any {
	known := map[string]bool{}
	for _, e := range model.Objects(map[string]any{"": resolved}, "") {
		known[model.String(e, "id")] = true
	}
	out := slices.Clone(resolved)
	for _, e := range expected {
		if known[model.String(e, "id")] {
			continue
		}
		artifact := model.Object(e, "matchArtifact")
		if byDefault := model.Object(e, "defaultArtifact"); len(byDefault) > 0 && model.Bool(e, "useDefaultArtifact", false) {
			artifact = byDefault
		}
		out = append(out, model.Merge(e, map[string]any{"boundArtifact": artifact}))
	}
	return out
}

// render renders the stage in a run.
func (a *area) render(r *http.Request, run *model.Execution, asked request) (any, error) {
	ctx := r.Context()
	out := answer{Warnings: []string{}}
	stage := &model.Stage{
		ID: "preview", RefID: model.String(asked.Stage, "refId"), Type: bakes, Name: model.String(asked.Stage, "name"),
		Context: asked.Stage, Outputs: map[string]any{},
	}
	for _, ref := range model.List(asked.Stage, "requisiteStageRefIds") {
		stage.RequisiteStageRefIDs = append(stage.RequisiteStageRefIDs, model.String(map[string]any{"": ref}, ""))
	}
	tried := *run
	tried.Stages = append(slices.DeleteFunc(slices.Clone(run.Stages), func(s *model.Stage) bool { return s.RefID == stage.RefID && s.ParentStageID == "" }), stage)
	if a.Expressions != nil {
		evaluated, summary := a.Expressions.EvaluateStage(ctx, &tried, stage, run.User())
		for _, entries := range summary.Entries() {
			for _, e := range entries {
				if !slices.Contains(out.Warnings, e.Description) {
					out.Warnings = append(out.Warnings, e.Description)
				}
			}
		}
		slices.Sort(out.Warnings)
		stage.Context = evaluated
	}
	for _, given := range []any{stage.Context, asked.ExpectedArtifacts} {
		if err := own(given, run.Application); err != nil {
			return nil, err
		}
	}
	baked, about, err := a.Baker.Bake(ctx, engine.View{Execution: &tried, Stage: stage})
	switch fault.KindOf(err) {
	case fault.Internal, fault.Unavailable:
		if err != nil {
			return nil, err
		}
	}
	if err != nil {
		out.Error = &problem{Message: err.Error()}
		if place, ok := bakery.PlaceOf(err); ok {
			out.Error.Place = &place
		}
		return out, nil
	}
	held, _ := rest.ReservationOf(ctx)
	if err := held.Take(ctx, int64(len(baked.Manifest))*rest.PerShownByte); err != nil {
		return nil, err
	}
	hidden, _ := masking.Value(string(baked.Manifest)).(string)
	out.shownManifest = showing(hidden, about)
	if out.Last, err = a.last(ctx, run, stage.RefID, false); err != nil {
		return nil, err
	}
	if asked.Account != "" {
		a.compare(ctx, run.Application, asked, string(baked.Manifest), &out)
	}
	return out, nil
}

// own refuses references to stored contents of other applications: who may change this
// one needn't be allowed to read those. What the run itself was given is the run's.
func own(value any, application string) error {
	switch v := value.(type) {
	case string:
		reference, err := artifactstore.Parse(v)
		if err == nil && !strings.EqualFold(reference.Application, application) {
			return fault.New(fault.Forbidden, "%s belongs to the application %s", reference, reference.Application)
		}
	case map[string]any:
		for _, inner := range v {
			if err := own(inner, application); err != nil {
				return err
			}
		}
	case []map[string]any:
		for _, inner := range v {
			if err := own(inner, application); err != nil {
				return err
			}
		}
	case []any:
		for _, inner := range v {
			if err := own(inner, application); err != nil {
				return err
			}
		}
	}
	return nil
}

// compare tells what deploying the manifest would change.
func (a *area) compare(ctx context.Context, application string, asked request, manifest string, out *answer) {
	if a.Manifests == nil {
		out.PlanError = "there are no cloud providers in this process"
		return
	}
	plan, err := a.Manifests.PlanManifests(ctx, map[string]any{
		"type": "deployManifest", "account": asked.Account, "application": application, "namespaceOverride": asked.NamespaceOverride,
		"source": "text", "manifests": manifest, "moniker": map[string]any{"app": application},
	})
	if err != nil {
		out.PlanError = err.Error()
		return
	}
	out.Plan = plan
}

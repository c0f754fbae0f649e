package helm

import (
	"context"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// PreviewUpgrade tells at once what a helmUpgrade stage with these fields would
// do, in the application that the field application names. Its chart is the
// chartArtifact: an expected artifact is known only when a pipeline runs.
func PreviewUpgrade(ctx context.Context, provider Provider, artifacts manifest.Fetcher, fields map[string]any) (manifest.Preview, error) {
	s := &stages{provider: provider, operations: manifest.NewOperations(provider, manifest.Options{Artifacts: artifacts})}
	in := stage.Input{View: engine.View{
		Execution: &model.Execution{Application: model.String(fields, "application"), Trigger: model.NormalizeTrigger(nil)},
		Stage:     &model.Stage{Type: "helmUpgrade", Context: fields},
	}}
	plan, _, err := s.planUpgrade(ctx, in, model.NewID(time.Now()))
	if err != nil {
		return manifest.Preview{}, err
	}
	return manifest.PreviewPlan(ctx, provider, manifest.AccountOf(in), nil, plan)
}

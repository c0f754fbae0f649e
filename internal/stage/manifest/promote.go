package manifest

import (
	"context"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// promote puts what the operations have done where later stages find it:
// Orca's PromoteManifestKatoOutputsTask. Of several operations the first one
// that has something counts.
func promote(_ context.Context, in stage.Input) (stage.Result, error) {
	out := map[string]any{}
	for _, task := range model.Objects(in.Stage.Context, keyTasks) {
		for _, result := range model.Objects(task, "resultObjects") {
			for from, to := range map[string][]string{
				"manifests":                {"outputs.manifests"},
				"manifestNamesByNamespace": {"outputs.manifestNamesByNamespace"},
				"boundArtifacts":           {"outputs.boundArtifacts"},
				"createdArtifacts":         {"outputs.createdArtifacts", "artifacts"},
			} {
				for _, key := range to {
					if _, have := out[key]; !have && result[from] != nil {
						out[key] = result[from]
					}
				}
			}
		}
	}
	return stage.Succeeded().With(out).WithOutputs(visible(in, out)), nil
}

// visible is what later stages may see: nothing, where the stage says noOutput.
func visible(in stage.Input, outputs map[string]any) map[string]any {
	if model.Bool(in.Stage.Context, "noOutput", false) {
		return nil
	}
	return outputs
}

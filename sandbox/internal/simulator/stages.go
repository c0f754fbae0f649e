package simulator

import (
	"bytes"
	_ "embed"
	"fmt"

	"sigs.k8s.io/kwok/pkg/apis/internalversion"
	"sigs.k8s.io/kwok/pkg/apis/v1alpha1"
	"sigs.k8s.io/yaml"
)

//go:embed stages.yaml
var stagesYAML []byte

// loadStages reads the embedded stages, grouped by the kind they are for.
func loadStages() (map[internalversion.StageResourceRef][]*internalversion.Stage, error) {
	var file struct {
		Conditions []v1alpha1.MatchExpression `json:"conditions"` // the targets of the file's anchors
		Stages     []*v1alpha1.Stage          `json:"stages"`
	}
	if err := yaml.UnmarshalStrict(bytes.ReplaceAll(stagesYAML, []byte("MISSING_IMAGE"), []byte(missingImage)), &file); err != nil {
		return nil, fmt.Errorf("simulator: stages.yaml: %w", err)
	}
	grouped := map[internalversion.StageResourceRef][]*internalversion.Stage{}
	for _, stage := range file.Stages {
		converted, err := internalversion.ConvertToInternalStage(stage)
		if err != nil {
			return nil, fmt.Errorf("simulator: stage %s: %w", stage.Name, err)
		}
		ref := converted.Spec.ResourceRef
		grouped[ref] = append(grouped[ref], converted)
	}
	return grouped, nil
}

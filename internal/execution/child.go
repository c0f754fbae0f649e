package execution

import (
	"errors"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

func isNotFound(err error) bool { return errors.Is(err, store.ErrNotFound) }

// ParentSummary is a parent execution as a child's trigger holds it: without
// its stages, which are read from the parent itself.
func ParentSummary(parent *model.Execution) map[string]any {
	return map[string]any{
		"type": string(parent.Type), "id": parent.ID, "application": parent.Application,
		"name": parent.Name, "status": string(parent.Status), "buildTime": parent.BuildTime,
		"startTime": parent.StartTime, "pipelineConfigId": parent.PipelineConfigID,
		"canceled": parent.Canceled, "origin": parent.Origin,
		"trigger": map[string]any(parent.Trigger), "stages": []any{},
	}
}

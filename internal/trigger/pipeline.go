package trigger

import (
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// PipelineType is the type of triggers of other pipelines' ends, and of the events that
// these are.
const PipelineType = "pipeline"

// Ended is the event of a pipeline's execution that has come to its end.
func Ended(e *model.Execution, key string) *Event {
	return &Event{Type: PipelineType, Source: e.Application, Key: key, Content: map[string]any{
		"application": e.Application, "pipeline": e.PipelineConfigID, "name": e.Name, "executionId": e.ID, "status": ending(e.Status),
	}}
}

// ending is a status as triggers name it, by the rule of Orca's
// DependentPipelineExecutionListener.
func ending(status model.Status) string {
	switch status {
	case model.Succeeded:
		return "successful"
	case model.Canceled:
		return "canceled"
	default:
		return "failed"
	}
}

// EndKey is what triggers of a pipeline's end listen to, for an index.
func EndKey(pipelineID string) string { return key(PipelineType, pipelineID) }

// pipelineKind are triggers of the end of another pipeline's execution. In Spinnaker it is
// Orca that starts them. Their executions are children of that execution, so that their
// trigger has little of the stored one.
type pipelineKind struct{}

// Types implements [Kind].
func (pipelineKind) Types() []string { return []string{PipelineType} }

// Events implements [Kind].
func (pipelineKind) Events() []string { return []string{PipelineType} }

// Listens implements [Kind].
func (pipelineKind) Listens(t model.Trigger) string { return EndKey(model.String(t, "pipeline")) }

// Announces implements [Kind].
func (pipelineKind) Announces(e *Event) []string {
	return one(EndKey(model.String(e.Content, "pipeline")))
}

// Checks implements [Kind].
func (pipelineKind) Checks(e *Event, t model.Trigger, _ Options) []Check {
	status := model.String(e.Content, "status")
	wanted := model.Strings(t, "status")
	return []Check{
		equal("pipeline", t, model.String(e.Content, "pipeline")),
		check("status", strings.Join(wanted, ", "), status, slices.Contains(wanted, status)),
	}
}

// Fill implements [Kind].
func (pipelineKind) Fill(*Event, model.Trigger) map[string]any { return nil }

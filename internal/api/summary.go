package api

import "github.com/gennaker/gennaker/internal/model"

// summary is an execution as a list needs it: without the stages' contents and
// the configuration, so that a change of one costs a client little.
type summary struct {
	Type             model.ExecutionType `json:"type"`
	ID               string              `json:"id"`
	Application      string              `json:"application"`
	Name             string              `json:"name,omitempty"`
	Description      string              `json:"description,omitempty"`
	PipelineConfigID string              `json:"pipelineConfigId,omitempty"`
	Status           model.Status        `json:"status"`
	Canceled         bool                `json:"canceled"`
	BuildTime        int64               `json:"buildTime,omitempty"`
	StartTime        int64               `json:"startTime,omitempty"`
	EndTime          int64               `json:"endTime,omitempty"`
	User             string              `json:"user,omitempty"`
	TriggerType      string              `json:"triggerType,omitempty"`
	Stages           []stageSummary      `json:"stages"`
}

type stageSummary struct {
	ID                   string               `json:"id"`
	RefID                string               `json:"refId"`
	Type                 string               `json:"type"`
	Name                 string               `json:"name"`
	Status               model.Status         `json:"status"`
	StartTime            int64                `json:"startTime,omitempty"`
	EndTime              int64                `json:"endTime,omitempty"`
	SyntheticStageOwner  model.SyntheticOwner `json:"syntheticStageOwner,omitempty"`
	ParentStageID        string               `json:"parentStageId,omitempty"`
	RequisiteStageRefIDs []string             `json:"requisiteStageRefIds"`
}

func summaryOf(e *model.Execution) summary {
	out := summary{
		Type: e.Type, ID: e.ID, Application: e.Application, Name: e.Name, Description: e.Description,
		PipelineConfigID: e.PipelineConfigID, Status: e.Status, Canceled: e.Canceled,
		BuildTime: e.BuildTime, StartTime: e.StartTime, EndTime: e.EndTime,
		User: e.User(), TriggerType: e.Trigger.Type(), Stages: make([]stageSummary, len(e.Stages)),
	}
	for i, stage := range e.Stages {
		out.Stages[i] = stageSummary{
			ID: stage.ID, RefID: stage.RefID, Type: stage.Type, Name: stage.Name, Status: stage.Status,
			StartTime: stage.StartTime, EndTime: stage.EndTime, SyntheticStageOwner: stage.SyntheticStageOwner,
			ParentStageID: stage.ParentStageID, RequisiteStageRefIDs: orEmpty(stage.RequisiteStageRefIDs),
		}
	}
	return out
}

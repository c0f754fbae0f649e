package executions

import (
	"maps"
	"slices"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// summary is an execution as a list needs it: without the stages' contents and
// the configuration, so that a change of one costs a client little.
type summary struct {
	Type        model.ExecutionType `json:"type"`
	ID          string              `json:"id"`
	Application string              `json:"application"`
	Name        string              `json:"name,omitempty"`
	// Number counts the pipeline's runs, from 1; Title is what tells this one from
	// others, such as an image.
	Number           int64        `json:"number,omitempty"`
	Title            string       `json:"title,omitempty"`
	Description      string       `json:"description,omitempty"`
	PipelineConfigID string       `json:"pipelineConfigId,omitempty"`
	Status           model.Status `json:"status"`
	Canceled         bool         `json:"canceled"`
	BuildTime        int64        `json:"buildTime,omitempty"`
	StartTime        int64        `json:"startTime,omitempty"`
	EndTime          int64        `json:"endTime,omitempty"`
	User             string       `json:"user,omitempty"`
	TriggerType      string       `json:"triggerType,omitempty"`
	DryRun           bool         `json:"dryRun,omitempty"`
	// Source is what the trigger tells of where it came from, such as a branch
	// or a tag.
	Source map[string]string `json:"source,omitempty"`
	// Parameters are the values that the execution was started with, as text.
	Parameters map[string]string `json:"parameters,omitempty"`
	// Parents are the executions that this one was started by, the nearest first.
	Parents []parentSummary `json:"parents,omitempty"`
	Stages  []stageSummary  `json:"stages"`
}

type parentSummary struct {
	ID          string `json:"id"`
	Application string `json:"application,omitempty"`
	Name        string `json:"name,omitempty"`
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
	// WaitingFor is the faulty object that it waits for, if it runs and waits for one.
	WaitingFor *waitingFor `json:"waitingFor,omitempty"`
}

func summaryOf(e *model.Execution, number int64, waits waits) summary {
	out := summary{
		Type: e.Type, ID: e.ID, Application: e.Application, Name: e.Name, Number: number, Title: titleOf(e), Description: e.Description,
		PipelineConfigID: e.PipelineConfigID, Status: e.Status, Canceled: e.Canceled,
		BuildTime: e.BuildTime, StartTime: e.StartTime, EndTime: e.EndTime,
		User: e.User(), TriggerType: e.Trigger.Type(), DryRun: e.Trigger.DryRun(), Source: sourceOf(e.Trigger),
		Parameters: shortParameters(e.Trigger.Parameters()), Parents: parentsOf(e.Trigger), Stages: make([]stageSummary, len(e.Stages)),
	}
	for i, stage := range e.Stages {
		out.Stages[i] = stageSummaryOf(e.ID, stage, waits)
	}
	return out
}

func stageSummaryOf(execution string, stage *model.Stage, waits waits) stageSummary {
	return stageSummary{
		ID: stage.ID, RefID: stage.RefID, Type: stage.Type, Name: stage.Name, Status: stage.Status,
		StartTime: stage.StartTime, EndTime: stage.EndTime, SyntheticStageOwner: stage.SyntheticStageOwner,
		ParentStageID: stage.ParentStageID, RequisiteStageRefIDs: rest.OrEmpty(stage.RequisiteStageRefIDs),
		WaitingFor: waits[store.StageKey{ExecutionID: execution, StageID: stage.ID}],
	}
}

const (
	// summaryText is how much of a text a list is given, in bytes; what is longer
	// is not told from by a row of a list.
	summaryText = 200
	// summaryParameters is how many parameters a list is given.
	summaryParameters = 30
	// summaryParents is how far up a list looks.
	summaryParents = 5
)

// short is a plain value as text, not longer than a list shows; "" for lists and
// objects.
func short(m map[string]any, key string) string {
	text := model.String(m, key)
	if len(text) > summaryText {
		return beginning(text, summaryText) + "…"
	}
	return text
}

func shortParameters(parameters map[string]any) map[string]string {
	out := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		if value := short(parameters, name); value != "" && len(out) < summaryParameters {
			out[name] = value
		}
	}
	return out
}

// sourceFields are what triggers of all kinds tell of where they came from.
var sourceFields = []string{
	"repository", "tag", "branch", "hash", "slug", "project", "master", "job", "buildNumber", "chart", "version",
	"source", "subscriptionName", "cronExpression",
}

func sourceOf(trigger model.Trigger) map[string]string {
	out := map[string]string{}
	for _, field := range sourceFields {
		if value := short(trigger, field); value != "" {
			out[field] = value
		}
	}
	return out
}

func parentsOf(trigger map[string]any) []parentSummary {
	var out []parentSummary
	for len(out) < summaryParents {
		parent := model.Object(trigger, "parentExecution")
		if model.String(parent, "id") == "" {
			break
		}
		out = append(out, parentSummary{model.String(parent, "id"), model.String(parent, "application"), short(parent, "name")})
		trigger = model.Object(parent, "trigger")
	}
	return out
}

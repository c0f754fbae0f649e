package model

import "maps"

// Trigger is what started an execution. Every key that came in is kept and
// given back; the methods read the ones that the engine needs.
type Trigger map[string]any

// NormalizeTrigger returns a copy with the fields that Orca's trigger always
// has, where they are missing.
func NormalizeTrigger(in map[string]any) Trigger {
	t := make(Trigger, len(in)+9)
	maps.Copy(t, in)
	for key, value := range map[string]any{
		"type": "manual", "user": "[anonymous]", "parameters": map[string]any{},
		"artifacts": []any{}, "notifications": []any{}, "rebake": false,
		"dryRun": false, "strategy": false, "resolvedExpectedArtifacts": []any{},
	} {
		if v, ok := t[key]; !ok || v == nil {
			t[key] = value
		}
	}
	return t
}

// Type is the kind of trigger: "manual", "webhook", "pipeline" and so on.
func (t Trigger) Type() string { return String(t, "type") }

// CorrelationID names what must not start two executions; "" where unset.
func (t Trigger) CorrelationID() string { return String(t, "correlationId") }

// Parameters are the values the execution was started with.
func (t Trigger) Parameters() map[string]any { return Object(t, "parameters") }

// DryRunTrigger is the type of triggers that another server has a pipeline tried by.
const DryRunTrigger = "dryrun"

// DryRun tells whether the execution only pretends.
func (t Trigger) DryRun() bool { return Bool(t, "dryRun", false) || t.Type() == DryRunTrigger }

// ParentExecutionID is the id of the execution that started this one as its
// child, or "".
func (t Trigger) ParentExecutionID() string {
	if id := String(Object(t, "parentExecution"), "id"); id != "" {
		return id
	}
	return String(t, "parentPipelineId")
}

// ParentStageID is the id of the stage that started this execution, or "".
func (t Trigger) ParentStageID() string { return String(t, "parentPipelineStageId") }

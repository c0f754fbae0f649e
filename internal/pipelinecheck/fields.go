package pipelinecheck

import (
	"maps"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
)

// pipelineFields are the fields of a pipeline.
var pipelineFields = []string{
	"application", "appConfig", "config", "description", "disabled", "email", "exclude", "executionEngine", "executionId",
	"expectedArtifacts", "id", "index", "keepWaitingPipelines", "lastModifiedBy", "limitConcurrent", "locked", "manualStartAlert",
	"maxConcurrentExecutions", "name", "notifications", "parameterConfig", "respectQuietPeriod", "roles", "runAsUser", "schema",
	"spelEvaluator", "stages", "strategy", "tags", "template", "templateVariables", "triggers", "type", "updateTs", "variables",
	"pipelineConfigId", "origin", "trigger", "version",
}

// stageFields are the fields that stages of every type have.
var stageFields = []string{
	"alias", "backoffPeriodMs", "comments", "completeOtherBranchesThenFail", "continuePipeline", "expectedArtifacts",
	"failOnFailedExpressions", "failPipeline", "group", "inputArtifacts", "isNew", "name", "notifications", "outputArtifacts",
	"overrideTimeout", "produceArtifacts", "refId", "requiredArtifacts", "requisiteStageRefIds", "restrictExecutionDuringTimeWindow",
	"restrictedExecutionWindow", "selectedStageRoles", "sendNotifications", "skipExpressionEvaluation", "skipWindowText",
	"stageEnabled", "stageTimeoutMs", "startTimeExpiry", "statusUrlResolution", "type", "user",
	"allowSiblingStagesToContinueOnFailure", "markSuccessfulOnTimeout", "canManuallySkip", "failStageOnFailedExpressions",
}

// misspelled warns of fields whose name is almost that of one that is missing:
// they are ignored.
func (r *report) misspelled(object map[string]any, path, stage string, known []string) {
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if len(name) < 5 || len(name) > 64 || slices.Contains(known, name) {
			continue
		}
		if meant := almost(name, known, object); meant != "" {
			at := name
			if path != "" {
				at = path + "." + name
			}
			r.addf(Warning, at, stage, "the field %s is ignored; is %s meant?", name, meant)
		}
	}
}

// almost is the known name, not in use, that differs from a name in its case or
// in one letter, or in two if it is long. Fewer changes are allowed than where a name
// must be known: a field that isn't may well be meant for something else.
func almost(name string, known []string, used map[string]any) string {
	allowed := 1
	if len(name) >= 10 {
		allowed = 2
	}
	free := slices.DeleteFunc(slices.Clone(known), func(candidate string) bool {
		_, taken := used[candidate]
		return taken || len(candidate) < 5
	})
	return limit.Nearest(name, free, allowed)
}

// ignored warns of values that the engine reads as if they were not there.
func (r *report) ignored(s map[string]any, name string, i int) {
	if text, ok := s["stageTimeoutMs"].(string); ok {
		r.addf(Warning, stagePath(i)+".stageTimeoutMs", name, "stageTimeoutMs is the text %q, and so ignored: only a number counts", text)
	}
	for _, field := range []string{"failPipeline", "continuePipeline", "completeOtherBranchesThenFail", "failOnFailedExpressions", "restrictExecutionDuringTimeWindow"} {
		switch v := s[field].(type) {
		case nil, bool:
		case string:
			if v != "" && !strings.EqualFold(v, "true") && !strings.EqualFold(v, "false") && !strings.Contains(v, "${") {
				r.addf(Warning, stagePath(i)+"."+field, name, "%s is %q, and so ignored: only true and false count", field, v)
			}
		default:
			r.addf(Warning, stagePath(i)+"."+field, name, "%s is neither true nor false, and so ignored", field)
		}
	}
	if condition := model.Object(s, "stageEnabled"); condition != nil && model.String(condition, "type") != "" && model.String(condition, "type") != "expression" {
		r.addf(Warning, stagePath(i)+".stageEnabled.type", name, "stageEnabled of type %q is ignored: only \"expression\" counts", model.String(condition, "type"))
	}
}

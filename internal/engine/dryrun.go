package engine

import (
	"slices"

	"github.com/gennaker/gennaker/internal/model"
)

// DryRunClass is the class of the one task that a stage has in a dry run. It
// does nothing and succeeds.
const DryRunClass = "com.netflix.spinnaker.orca.dryrun.DryRunTask"

// realInDryRuns are the types of the stages that only ask or compute, and so
// run in a dry run as always: those of Orca's DryRunStageDefinitionBuilderFactory.
var realInDryRuns = []string{
	"manualJudgment", "pipeline", "findImage", "findImageFromTags", "determineTargetServerGroup", "rollbackCluster", "evaluateVariables",
}

// definition finds a stage's definition. In a dry run (trigger.dryRun) it is
// for most stages one that only pretends.
func (m *Machine) definition(s *model.Stage) (Definition, bool) {
	def, ok := m.defs.Definition(s)
	if !ok || !m.exec.Trigger.DryRun() || slices.Contains(realInDryRuns, s.Type) || computes(s) {
		return def, ok
	}
	return pretended{}, true
}

// computes reports whether a stage checks preconditions that are expressions
// only. A stage of several is planned into one stage for each of them, each
// decided by itself.
func computes(s *model.Stage) bool {
	if s.Type != "checkPreconditions" {
		return false
	}
	if model.String(s.Context, "preconditionType") == "expression" {
		return true
	}
	conditions := model.Objects(s.Context, "preconditions")
	return len(conditions) > 0 && !slices.ContainsFunc(conditions, func(c map[string]any) bool {
		return model.String(c, "type") != "expression"
	})
}

type pretended struct{}

func (pretended) Tasks(View) ([]TaskSpec, error) {
	return []TaskSpec{{Name: "dryRun", Class: DryRunClass}}, nil
}

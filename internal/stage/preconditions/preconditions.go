// Package preconditions is the checkPreconditions stage: it fans out into one
// synthetic stage for each precondition, side by side, and ends as they do.
// Fields, contexts, names and messages are those of Orca's
// CheckPreconditionsStage and its tasks.
package preconditions

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// name is the stage type's key.
const name = "checkPreconditions"

// classes are Orca's task classes by type of precondition.
var classes = map[string]string{
	"expression":  "com.netflix.spinnaker.orca.pipeline.tasks.ExpressionPreconditionTask",
	"stageStatus": "com.netflix.spinnaker.orca.pipeline.tasks.StageStatusPreconditionTask",
	"noop":        "com.netflix.spinnaker.orca.pipeline.tasks.NoopPreconditionTask",
	"clusterSize": "com.netflix.spinnaker.orca.clouddriver.tasks.cluster.ClusterSizePreconditionTask",
}

//go:embed schema.json
var schema []byte

// Type is the checkPreconditions stage. Without clusters, preconditions of
// type clusterSize fail; without an evaluator, [Literal] is used.
func Type(evaluator Evaluator, clusters Clusters) *stage.Type {
	if evaluator == nil {
		evaluator = Literal{}
	}
	return &stage.Type{
		Name:        name,
		Label:       "Check preconditions",
		Description: "Continues only if conditions are met.",
		Schema:      schema,
		Check:       check,
		Definition:  definition{},
		Tasks: map[string]stage.Task{
			classes["expression"]:  expressionTask{evaluator},
			classes["stageStatus"]: stageStatusTask{},
			classes["noop"]:        noopTask{},
			classes["clusterSize"]: clusterSizeTask{clusters},
		},
	}
}

type definition struct{}

// Tasks has the one check of a synthetic stage; the stage of the pipeline has
// none of its own.
func (definition) Tasks(view engine.View) ([]engine.TaskSpec, error) {
	if view.Stage.ParentStageID == "" {
		return nil, nil
	}
	kind := model.String(view.Stage.Context, "preconditionType")
	if kind == "" {
		return nil, planning("no preconditionType specified for stage %s", view.Stage.ID)
	}
	class, ok := classes[kind]
	if !ok {
		return nil, planning("no Precondition implementation for type %s; there are %s", kind, kinds())
	}
	return []engine.TaskSpec{{Name: "checkPrecondition", Class: class}}, nil
}

// kinds lists the types of preconditions for a message.
func kinds() string { return strings.Join(slices.Sorted(maps.Keys(classes)), ", ") }

// check refuses preconditions that can't be planned.
func check(fields map[string]any) error {
	value, known := stage.WithoutExpressions(fields)["preconditions"]
	if fields["preconditions"] != nil && !known {
		return checkKinds(model.List(fields, "preconditions"))
	}
	list, ok := value.([]any)
	if !ok {
		return planning("preconditions must be a list")
	}
	return checkKinds(list)
}

func checkKinds(list []any) error {
	for i, item := range list {
		if text, ok := item.(string); ok && expression.HasExpression(text) {
			continue
		}
		precondition, ok := item.(map[string]any)
		if !ok {
			return planning("preconditions[%d] must be an object", i)
		}
		kind := model.String(precondition, "type")
		if kind == "" {
			kind = model.String(precondition, "preconditionType")
		}
		switch _, ok := classes[kind]; {
		case ok || expression.HasExpression(kind):
		case kind == "":
			return planning("preconditions[%d].type is missing", i)
		default:
			return planning("preconditions[%d].type must be one of %s, not %q", i, kinds(), kind)
		}
	}
	return nil
}

// BeforeStages has one stage for each precondition.
func (definition) BeforeStages(view engine.View) ([]engine.Synthetic, error) {
	if view.Stage.ParentStageID != "" {
		return nil, nil
	}
	list, ok := view.Stage.Context["preconditions"].([]any)
	if !ok {
		return nil, planning("stage %s (%s) has no list of preconditions", view.Stage.RefID, view.Stage.Name)
	}
	base := baseContext(view)
	children := make([]engine.Synthetic, 0, len(list))
	for i, item := range list {
		precondition, ok := item.(map[string]any)
		if !ok {
			return nil, planning("precondition %d of stage %s (%s) is not an object", i+1, view.Stage.RefID, view.Stage.Name)
		}
		context := childContext(base, precondition)
		children = append(children, engine.Synthetic{
			Type:    name,
			Name:    fmt.Sprintf("Check precondition (%s)", model.String(context, "preconditionType")),
			Context: context,
		})
	}
	return children, nil
}

// baseContext is what all the synthetic stages inherit. A pipeline that runs
// as a deployment strategy takes the cluster it is about from its parameters,
// as Orca's resolveStrategyParams does.
func baseContext(view engine.View) map[string]any {
	base := model.Without(view.Stage.Context,
		"preconditions", "restrictExecutionDuringTimeWindow", "restrictedExecutionWindow")
	if view.Execution == nil || view.Execution.Type != model.PipelineExecution {
		return base
	}
	parameters := view.Execution.Trigger.Parameters()
	if !model.Bool(parameters, "strategy", false) {
		return base
	}
	for _, key := range []string{"cloudProvider", "cluster", "credentials"} {
		base[key] = parameters[key]
	}
	if region := parameters["region"]; region != nil {
		base["regions"] = []any{region}
	} else if zone := parameters["zone"]; zone != nil {
		base["zones"] = []any{zone}
	}
	return base
}

// childContext is the context of one precondition's stage: the parent's, the
// precondition over it, and in the precondition's own context the cluster it
// is about where it names none. Orca reads zones from "zoned", a slip of the
// pen; here "zones" counts too.
func childContext(base, precondition map[string]any) map[string]any {
	context := model.Merge(base, precondition)
	if kind := precondition["type"]; kind != nil {
		context["preconditionType"] = kind
	}
	context["type"] = name
	inner := model.Merge(model.Object(context, "context"), nil)
	for key, from := range map[string][]string{
		"cluster": {"cluster"}, "regions": {"regions"}, "credentials": {"credentials"}, "zones": {"zoned", "zones"},
	} {
		for _, source := range from {
			if inner[key] == nil && base[source] != nil {
				inner[key] = base[source]
			}
		}
	}
	context["context"] = inner
	for key, value := range context {
		if value == nil {
			delete(context, key)
		}
	}
	return context
}

func planning(format string, args ...any) error {
	return &stage.Error{Type: "IllegalStateException", Message: fmt.Sprintf(format, args...)}
}

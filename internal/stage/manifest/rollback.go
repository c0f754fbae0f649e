package manifest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// History finds what was deployed earlier.
type History interface {
	// Execution reads an execution; a fault of kind NotFound where there is
	// none.
	Execution(ctx context.Context, id string) (*model.Execution, error)
	// Executions lists a pipeline's executions, newest first, a page at a time.
	Executions(ctx context.Context, pipelineConfigID string, offset, limit int) ([]*model.Execution, error)
	// PipelineID finds a pipeline by its name, a fault of kind NotFound where
	// there is none.
	PipelineID(ctx context.Context, application, name string) (string, error)
}

// ReapplyRequest asks for objects to be applied again as they were.
type ReapplyRequest struct {
	ID        string
	Account   string
	Steps     []Step
	Inventory *Inventory
}

// The tasks of a rollback that are its own.
const (
	classFindDeployment = "FindPreviousDeploymentTask"
	classReapply        = "ReapplyManifestsTask"
)

const (
	// keyApplied is what a deployment has applied, after binding, packed: what
	// a rollback applies again.
	keyApplied = "gennaker.applied"
	// keyTarget is what a rollback is to apply, packed.
	keyTarget = "gennaker.target"
	// keyInventory is the inventory of the stage that is rolled back.
	keyInventory = "gennaker.inventory"
)

// Executions are looked at a page at a time, newest first, up to a bound: a
// pipeline that has not succeeded for so long has nothing to go back to.
const (
	historyPage = 10
	historyMost = 500
)

func (s *stages) rollback() *stage.Type {
	return &stage.Type{
		Name: "rollbackManifests", Label: "Rollback (Manifests)",
		Description: "Applies again what a deployManifest stage had deployed before.",
		Schema:      schema("rollbackManifests"),
		Definition:  rollbackDefinition{},
		Tasks: map[string]stage.Task{
			classFindDeployment: stage.TaskFunc(s.findDeployment),
			classReapply:        s.begin(s.planReapply),
			classPreview:        previewTask{s},
			classMonitorDeploy:  s.carry(),
			classPromote:        stage.TaskFunc(promote),
			classWaitStable:     s.waitStable(),
			classPrune:          s.begin(s.planPrune),
			classMonitor:        s.carry(),
			classBind:           stage.TaskFunc(s.bindAndFindOld),
		},
	}
}

// rollbackDefinition plans a rollback: as a deployment whose manifests are
// those of an earlier one.
type rollbackDefinition struct{}

// Tasks lists the tasks.
func (rollbackDefinition) Tasks(view engine.View) ([]engine.TaskSpec, error) {
	tasks := fixed{{Name: "findPreviousDeployment", Class: classFindDeployment}, {Name: "rollbackManifests", Class: classReapply}}
	if planOnly(view.Stage.Context) {
		return append(tasks, engine.TaskSpec{Name: "previewManifests", Class: classPreview}), nil
	}
	tasks = append(tasks,
		engine.TaskSpec{Name: "monitorRollback", Class: classMonitorDeploy},
		engine.TaskSpec{Name: "promoteOutputs", Class: classPromote},
		engine.TaskSpec{Name: "waitForManifestToStabilize", Class: classWaitStable},
	)
	if prunes(view) {
		tasks = append(tasks, pruneTasks...)
	}
	return append(tasks, engine.TaskSpec{Name: "bindProducedArtifacts", Class: classBind}), nil
}

// AfterStages takes the traffic from the ReplicaSets that the rolled back ones
// take over from, where the stage manages traffic.
func (rollbackDefinition) AfterStages(view engine.View) ([]engine.Synthetic, error) {
	return deployDefinition{}.AfterStages(view)
}

// PrepareForRestart forgets what the last run has done and found.
func (rollbackDefinition) PrepareForRestart(context map[string]any) map[string]any {
	return model.Without(forget(context), keyTarget, keyInventory, "rollbackTo", "trafficManagement", "account", "moniker", "namespaceOverride")
}

// applied is what a deployment leaves for a rollback: the steps as they were
// carried out.
func applied(plan Plan) (string, error) {
	kept := Plan{}
	for _, step := range plan.shown().Steps {
		if step.Action == Apply || step.Action == Replace || step.Action == Recreate {
			kept.Steps = append(kept.Steps, step)
		}
	}
	return pack(kept)
}

// rollbackFields are a rollback's fields.
type rollbackFields struct {
	Application string `json:"application"`
	// Pipeline is a pipeline's id or name; the stage's own where empty.
	Pipeline string `json:"pipeline"`
	// Stage is the deployManifest stage's reference id or name; the only one
	// where empty.
	Stage       string `json:"stage"`
	ToExecution string `json:"toExecution"`
}

// findDeployment looks up what to go back to.
func (s *stages) findDeployment(ctx context.Context, in stage.Input) (stage.Result, error) {
	if s.options.History == nil {
		return stage.Result{}, failure(fault.New(fault.Invalid, "earlier executions can't be read here"))
	}
	var fields rollbackFields
	if err := in.Decode(&fields); err != nil {
		return stage.Result{}, invalid("%w", err)
	}
	if fields.Application == "" {
		fields.Application = in.Execution.Application
	}
	execution, found, err := s.previous(ctx, in, fields)
	if err != nil {
		return stage.Result{}, failure(err)
	}
	target := model.String(found.Context, keyApplied)
	to := map[string]any{"executionId": execution.ID, "buildTime": execution.BuildTime, "stageId": found.ID, "stage": found.Name}
	context := map[string]any{
		keyTarget: target, "account": accountIn(found.Context), "rollbackTo": to,
		"moniker": found.Context["moniker"], "namespaceOverride": found.Context["namespaceOverride"],
		"trafficManagement": backTraffic(found.Context),
	}
	if model.Bool(in.Stage.Context, "prune", false) {
		inventory, err := pruning(found.Context, execution, found)
		if err != nil {
			return stage.Result{}, failure(err)
		}
		if inventory == nil {
			return stage.Result{}, invalid("prune: stage %q does not remember what it deploys; only a stage that itself has prune set can be rolled back with it", found.Name)
		}
		if context[keyInventory], err = generic(inventory); err != nil {
			return stage.Result{}, err
		}
	}
	return stage.Succeeded().With(context).WithOutputs(map[string]any{"rollbackTo": to}), nil
}

// backTraffic is how a rollback manages traffic: those that take over get it,
// the others lose it and stay.
func backTraffic(deployed map[string]any) any {
	traffic, err := trafficManagement(deployed)
	if err != nil || !traffic.Enabled || traffic.Options.Strategy == "" || traffic.Options.Strategy == "none" {
		return nil
	}
	services := make([]any, len(traffic.Options.Services))
	for i, service := range traffic.Options.Services {
		services[i] = service
	}
	return map[string]any{"enabled": true, "options": map[string]any{
		"enableTraffic": true, "services": services, "strategy": "redblack",
	}}
}

// previous finds the run of the stage to go back to: the one that is named, or
// the last one that succeeded before what is there now was deployed. That was
// by this execution, where it is of the same pipeline, else by the last one
// that ran the stage.
func (s *stages) previous(ctx context.Context, in stage.Input, fields rollbackFields) (*model.Execution, *model.Stage, error) {
	if id := fields.ToExecution; id != "" {
		execution, err := s.options.History.Execution(ctx, id)
		if err != nil {
			return nil, nil, fault.New(fault.KindOf(err), "toExecution: %w", err)
		}
		found, err := deployment(execution, fields.Stage)
		switch {
		case err != nil:
			return nil, nil, err
		case !strings.EqualFold(execution.Application, fields.Application):
			return nil, nil, fault.New(fault.Invalid, "toExecution: %s is of application %s, not of %s", id, execution.Application, fields.Application)
		case found == nil || !canReturnTo(found):
			return nil, nil, fault.New(fault.NotFound, "toExecution: %s has no stage %q that has deployed manifests with success", id, fields.Stage)
		}
		return execution, found, nil
	}
	pipeline, err := s.pipelineOf(ctx, in, fields)
	if err != nil {
		return nil, nil, err
	}
	current := pipeline == in.Execution.PipelineConfigID
	for offset := 0; offset < historyMost; offset += historyPage {
		page, err := s.options.History.Executions(ctx, pipeline, offset, historyPage)
		if err != nil {
			return nil, nil, fmt.Errorf("list the executions of pipeline %s: %w", pipeline, err)
		}
		for _, execution := range page {
			if execution.ID == in.Execution.ID {
				continue
			}
			found, err := deployment(execution, fields.Stage)
			if err != nil {
				return nil, nil, err
			}
			switch {
			case found == nil || len(model.List(found.Context, keyTasks)) == 0:
			case !current:
				current = true // what is there now
			case canReturnTo(found):
				return execution, found, nil
			}
		}
		if len(page) < historyPage {
			break
		}
	}
	return nil, nil, fault.New(fault.NotFound, "there is nothing to go back to: no earlier execution of pipeline %s has deployed manifests with success by its stage %q", pipeline, fields.Stage)
}

func (s *stages) pipelineOf(ctx context.Context, in stage.Input, fields rollbackFields) (string, error) {
	if fields.Pipeline == "" {
		if in.Execution.PipelineConfigID == "" {
			return "", fault.New(fault.Invalid, "pipeline: is missing; name the pipeline whose deployment is to be rolled back")
		}
		return in.Execution.PipelineConfigID, nil
	}
	id, err := s.options.History.PipelineID(ctx, fields.Application, fields.Pipeline)
	if fault.KindOf(err) == fault.NotFound {
		return fields.Pipeline, nil // an id, or the id of one that is no more
	}
	return id, err
}

// canReturnTo tells whether a stage has deployed with success and knows what.
func canReturnTo(s *model.Stage) bool {
	return s.Status == model.Succeeded && model.String(s.Context, keyApplied) != ""
}

// deployment finds an execution's deployManifest stage by its reference id or
// name; nil where there is none.
func deployment(e *model.Execution, name string) (*model.Stage, error) {
	var all []*model.Stage
	for _, s := range e.Stages {
		if s.Type == "deployManifest" && !planOnly(s.Context) && (name == "" || s.RefID == name || s.Name == name) {
			all = append(all, s)
		}
	}
	if len(all) > 1 {
		names := make([]string, len(all))
		for i, s := range all {
			names[i] = fmt.Sprintf("%s (%s)", s.RefID, s.Name)
		}
		return nil, fault.New(fault.Invalid, "stage: %d stages deploy manifests; name one by its reference id: %s", len(all), strings.Join(names, ", "))
	}
	if len(all) == 0 {
		return nil, nil
	}
	return all[0], nil
}

// planReapply plans to apply again what was found.
func (s *stages) planReapply(ctx context.Context, in stage.Input, id string) (Plan, map[string]any, error) {
	target, err := unpack(model.String(in.Stage.Context, keyTarget))
	if err != nil {
		return Plan{}, nil, err
	}
	request := ReapplyRequest{ID: id, Account: accountOf(in), Steps: slices.Clone(target.Steps)}
	if request.Inventory, err = inventoryOf(in); err != nil {
		return Plan{}, nil, err
	}
	plan, err := s.provider.PlanReapply(ctx, request)
	if err != nil || len(plan.Leaving) == 0 {
		return plan, nil, err
	}
	leaving, err := zipped(plan.Leaving)
	return plan, map[string]any{keyLeaving: leaving}, err
}

// inventoryOf is the inventory that a stage works with: that of the stage it
// rolls back, or its own; nil where it has none.
func inventoryOf(in stage.Input) (*Inventory, error) {
	if stored := model.Object(in.Stage.Context, keyInventory); stored != nil {
		var out Inventory
		return &out, convert(stored, &out)
	}
	if model.String(in.Stage.Context, keyTarget) != "" {
		return nil, nil
	}
	return pruning(in.Stage.Context, in.Execution, in.Stage)
}

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
	// StageState is what a stage of an execution has remembered; nil if nothing.
	StageState(ctx context.Context, executionID, stageID string) (*stage.State, error)
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

// Executions are looked at a page at a time, newest first, up to a bound: a
// pipeline that has not succeeded for so long has nothing to go back to.
const (
	historyPage = 10
	historyMost = 500
)

func (s *stages) rollback() *stage.Type {
	return &stage.Type{
		Name: "rollbackManifests", Label: "Rollback (Manifests)",
		Description: "Applies again what a deployManifest stage deployed earlier.",
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
	return model.Without(forget(context), "manifests", "rollbackTo", "trafficManagement", "account", "moniker", "namespaceOverride")
}

// applied is what a deployment leaves for a rollback: the steps as they were
// carried out.
func (p *storedPlan) applied() *storedPlan {
	kept := &storedPlan{}
	for _, step := range p.Steps {
		if !step.Hidden && (step.Action == Apply || step.Action == Replace || step.Action == Recreate) {
			kept.Steps = append(kept.Steps, step)
		}
	}
	return kept
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
	execution, found, target, err := s.previous(ctx, in, fields)
	if err != nil {
		return stage.Result{}, failure(err)
	}
	remembered := state{}
	manifests := make([]any, len(target.Steps))
	for i := range target.Steps {
		manifests[i], target.Steps[i].Source = target.Steps[i].Manifest, i+1
	}
	if remembered.Target, err = storePlan(target, manifests); err != nil {
		return stage.Result{}, err
	}
	to := map[string]any{"executionId": execution.ID, "buildTime": execution.BuildTime, "stageId": found.ID, "stage": found.Name}
	context := map[string]any{
		"manifests": manifests, "account": accountIn(found.Context), "rollbackTo": to,
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
		remembered.Inventory = inventory
	}
	return remember(stage.Succeeded().With(context).WithOutputs(map[string]any{"rollbackTo": to}), remembered)
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
func (s *stages) previous(ctx context.Context, in stage.Input, fields rollbackFields) (*model.Execution, *model.Stage, Plan, error) {
	if id := fields.ToExecution; id != "" {
		execution, err := s.options.History.Execution(ctx, id)
		if err != nil {
			return nil, nil, Plan{}, fault.New(fault.KindOf(err), "toExecution: %w", err)
		}
		found, err := deployment(execution, fields.Stage)
		switch {
		case err != nil:
			return nil, nil, Plan{}, err
		case !strings.EqualFold(execution.Application, fields.Application):
			return nil, nil, Plan{}, fault.New(fault.Invalid, "toExecution: %s is of application %s, not of %s", id, execution.Application, fields.Application)
		}
		target, ok, err := s.deployed(ctx, execution, found)
		if err == nil && !ok {
			err = fault.New(fault.NotFound, "toExecution: %s has no stage %q that has deployed manifests with success", id, fields.Stage)
		}
		return execution, found, target, err
	}
	pipeline, err := s.pipelineOf(ctx, in, fields)
	if err != nil {
		return nil, nil, Plan{}, err
	}
	current := pipeline == in.Execution.PipelineConfigID
	for offset := 0; offset < historyMost; offset += historyPage {
		page, err := s.options.History.Executions(ctx, pipeline, offset, historyPage)
		if err != nil {
			return nil, nil, Plan{}, fmt.Errorf("list the executions of pipeline %s: %w", pipeline, err)
		}
		for _, execution := range page {
			if execution.ID == in.Execution.ID {
				continue
			}
			found, err := deployment(execution, fields.Stage)
			if err != nil {
				return nil, nil, Plan{}, err
			}
			switch {
			case found == nil || len(model.List(found.Context, keyTasks)) == 0:
			case !current:
				current = true // what is there now
			default:
				target, ok, err := s.deployed(ctx, execution, found)
				if err != nil || ok {
					return execution, found, target, err
				}
			}
		}
		if len(page) < historyPage {
			break
		}
	}
	return nil, nil, Plan{}, fault.New(fault.NotFound, "there is nothing to go back to: no earlier execution of pipeline %s has deployed manifests with success by its stage %q", pipeline, fields.Stage)
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

// deployed is what a stage has deployed with success, and whether it has.
func (s *stages) deployed(ctx context.Context, execution *model.Execution, found *model.Stage) (Plan, bool, error) {
	if found == nil || found.Status != model.Succeeded {
		return Plan{}, false, nil
	}
	stored, err := s.options.History.StageState(ctx, execution.ID, found.ID)
	if err != nil {
		return Plan{}, false, err
	}
	remembered, err := stateOf(engine.View{State: stored})
	if err != nil || remembered.Applied == nil {
		return Plan{}, false, err
	}
	target, err := remembered.Applied.plan(model.List(found.Context, "manifests"))
	if err != nil {
		return Plan{}, false, fmt.Errorf("what execution %s deployed can't be read: %w", execution.ID, err)
	}
	return target, true, nil
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
	remembered, err := stateOf(in.View)
	if err != nil {
		return Plan{}, nil, err
	}
	if remembered.Target == nil {
		return Plan{}, nil, errForgotten
	}
	target, err := remembered.Target.plan(model.List(in.Stage.Context, "manifests"))
	if err != nil {
		return Plan{}, nil, err
	}
	request := ReapplyRequest{ID: id, Account: accountOf(in), Steps: slices.Clone(target.Steps)}
	if request.Inventory, err = inventoryOf(in); err != nil {
		return Plan{}, nil, err
	}
	plan, err := s.provider.PlanReapply(ctx, request)
	return plan, nil, err
}

// inventoryOf is the inventory that a stage works with: that of the stage it
// rolls back, or its own; nil where it has none.
func inventoryOf(in stage.Input) (*Inventory, error) {
	remembered, err := stateOf(in.View)
	if err != nil || remembered.Inventory != nil || remembered.Target != nil {
		return remembered.Inventory, err
	}
	return pruning(in.Stage.Context, in.Execution, in.Stage)
}

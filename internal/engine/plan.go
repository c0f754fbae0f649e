package engine

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/gennaker/gennaker/internal/model"
)

// windowType is the type of the stage that waits for an execution window.
const windowType = "restrictExecutionDuringTimeWindow"

// plan lays out a stage that starts: its tasks and its before-stages, the wait
// for its execution window first. The error is errAsked if its expressions
// need answers from outside; the stage is then as it was, except that fields
// may have been set.
func (m *Machine) plan(s *model.Stage) error {
	def, ok := m.definition(s)
	if !ok {
		return &planningError{
			kind:    "NoSuchStageDefinitionBuilderException",
			message: fmt.Sprintf("No StageDefinitionBuilder implementation for %s found: there is no stage type %q here", s.Type, s.Type),
		}
	}
	if !s.Synthetic() {
		evaluated, err := m.evaluate(s, s)
		if err != nil {
			return err
		}
		m.takeEvaluated(s, evaluated)
	}
	if skipper, ok := def.(ManualSkipper); ok && skipper.CanManuallySkip(s.Context) {
		m.setContext(s, "canManuallySkip", true)
	}
	specs, err := def.Tasks(m.view(s))
	if err != nil {
		return err
	}
	var before []Synthetic
	if planner, ok := def.(BeforePlanner); ok {
		if before, err = planner.BeforeStages(m.view(s)); err != nil {
			return err
		}
	}
	s.Tasks = buildTasks(specs)
	window := m.windowStage(s)
	planned := m.build(s, before, model.StageBefore, window != nil)
	if window != nil {
		window.RefID = fmt.Sprintf("%s<%d", s.RefID, 1)
		for _, child := range planned {
			if len(child.RequisiteStageRefIDs) == 0 {
				child.RequisiteStageRefIDs = []string{window.RefID}
			}
		}
		planned = append([]*model.Stage{window}, planned...)
	}
	for _, child := range planned {
		if child.Context, err = m.evaluate(child, s); err != nil {
			return err
		}
	}
	m.insert(s, planned, model.StageBefore)
	m.touch(s)
	return nil
}

// buildTasks makes a stage's tasks from its plan.
func buildTasks(specs []TaskSpec) []*model.Task {
	tasks := make([]*model.Task, len(specs))
	for i, spec := range specs {
		tasks[i] = &model.Task{
			ID: strconv.Itoa(i + 1), Name: spec.Name, ImplementingClass: spec.Class,
			Status: model.NotStarted, TaskExceptionDetails: map[string]any{},
			LoopStart: spec.Loop && (i == 0 || !specs[i-1].Loop),
			LoopEnd:   spec.Loop && (i == len(specs)-1 || !specs[i+1].Loop),
		}
		if !spec.Loop {
			tasks[i].StageStart, tasks[i].StageEnd = i == 0, i == len(specs)-1
		}
	}
	return tasks
}

// build makes the stages of a plan. Their refIds continue from the parent's
// children on that side.
func (m *Machine) build(parent *model.Stage, plan []Synthetic, owner model.SyntheticOwner, window bool) []*model.Stage {
	sign, offset := "<", len(m.side(parent, owner))
	if owner == model.StageAfter {
		sign = ">"
	}
	if window {
		offset++
	}
	out := make([]*model.Stage, len(plan))
	for i, p := range plan {
		for m.byRef[fmt.Sprintf("%s%s%d", parent.RefID, sign, offset+i+1)] != nil {
			offset++ // an earlier sibling has been removed
		}
		s := &model.Stage{
			ID: model.NewID(m.now), RefID: fmt.Sprintf("%s%s%d", parent.RefID, sign, offset+i+1),
			Type: p.Type, Name: p.Name, Status: model.NotStarted,
			Context: model.DropNulls(model.Without(p.Context, "restrictExecutionDuringTimeWindow", "restrictedExecutionWindow")),
			Outputs: map[string]any{}, Tasks: []*model.Task{},
			ParentStageID: parent.ID, SyntheticStageOwner: owner, RequisiteStageRefIDs: []string{},
		}
		for _, j := range p.Requires {
			s.RequisiteStageRefIDs = append(s.RequisiteStageRefIDs, out[j].RefID)
		}
		out[i] = s
	}
	return out
}

// windowStage makes the stage that waits for an execution window, where the
// stage asks for one.
func (m *Machine) windowStage(s *model.Stage) *model.Stage {
	if !model.Bool(s.Context, "restrictExecutionDuringTimeWindow", false) {
		return nil
	}
	return &model.Stage{
		ID: model.NewID(m.now), Type: windowType, Name: windowType, Status: model.NotStarted,
		Context: model.Without(s.Context, "restrictExecutionDuringTimeWindow", "stageTimeoutMs", "alias"),
		Outputs: map[string]any{}, Tasks: []*model.Task{},
		ParentStageID: s.ID, SyntheticStageOwner: model.StageBefore, RequisiteStageRefIDs: []string{},
	}
}

// planAfter plans the stages that follow a stage's tasks, and reports whether
// there are any.
func (m *Machine) planAfter(s *model.Stage) (bool, error) {
	def, ok := m.definition(s)
	if !ok {
		return false, nil
	}
	planner, ok := def.(AfterPlanner)
	if !ok {
		return false, nil
	}
	plan, err := planner.AfterStages(m.view(s))
	if err != nil || len(plan) == 0 {
		return false, err
	}
	m.insert(s, m.build(s, plan, model.StageAfter, false), model.StageAfter)
	return true, nil
}

// failureKey is where a failed stage's context holds the refIds of its failure
// stages while they run.
const failureKey = "_failureStages"

// failureStages lists the failure stages of a stage; nil before it has any.
func (m *Machine) failureStages(s *model.Stage) []*model.Stage {
	var out []*model.Stage
	for _, ref := range model.Strings(s.Context, failureKey) {
		if child := m.byRef[ref]; child != nil {
			out = append(out, child)
		}
	}
	return out
}

// planFailure plans the stages that follow a stage's failure, and tells
// whether there are any. Synthetic stages that never started give way to them.
// They are planned once, and not when a stage of the same name has run after
// the tasks already.
func (m *Machine) planFailure(s *model.Stage) (bool, error) {
	if _, planned := s.Context[failureKey]; planned {
		return false, nil
	}
	def, ok := m.definition(s)
	if !ok {
		return false, nil
	}
	planner, ok := def.(FailurePlanner)
	if !ok {
		return false, nil
	}
	plan, err := planner.OnFailureStages(m.view(s))
	if err != nil || len(plan) == 0 {
		return false, err
	}
	for _, earlier := range m.side(s, model.StageAfter) {
		for _, p := range plan {
			if earlier.Status.Complete() && earlier.Name == p.Name {
				return false, nil
			}
		}
	}
	for i := 1; i < len(plan); i++ {
		plan[i].Requires = []int{i - 1}
	}
	for _, child := range slices.Clone(m.children[s.ID]) {
		if child.Status == model.NotStarted {
			m.remove(child)
		}
	}
	planned := m.build(s, plan, model.StageAfter, false)
	m.insert(s, planned, model.StageAfter)
	refs := make([]any, len(planned))
	for i, child := range planned {
		refs[i] = child.RefID
	}
	m.setContext(s, failureKey, refs)
	return true, nil
}

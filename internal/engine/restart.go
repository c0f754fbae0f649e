package engine

import (
	"slices"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// Restart makes a stage and all that follows it as if they had not been run,
// by the rules of Orca's RestartStageHandler, and the execution with them: it
// is NOT_STARTED until it is started again. preconditions, by refId, take the
// place of those of the execution's checkPreconditions stages.
//
// A stage that runs, or that one runs after, can't be restarted. A paused execution
// continues, as in Orca, and with it everything in it that was paused.
func (m *Machine) Restart(stageID, user string, preconditions map[string]any, now time.Time) error {
	m.now = now
	s := m.byID[stageID]
	if s == nil {
		return m.noStage(stageID)
	}
	if err := m.restart(s, user, preconditions); err != nil {
		return err
	}
	if m.exec.Status == model.Paused {
		// It is not queued again, as it has kept its place.
		return m.Resume(user, now)
	}
	return nil
}

// restart is [Machine.Restart], but a paused execution stays paused.
func (m *Machine) restart(s *model.Stage, user string, preconditions map[string]any) error {
	top := m.topLevel(s)
	following, err := m.restartable(top)
	if err != nil {
		return err
	}
	details := map[string]any{"restartedBy": user, "restartTime": model.Millis(m.now)}
	if exception, ok := top.Context["exception"]; ok {
		details["previousException"] = exception
	}
	top.Context = model.Merge(model.Without(top.Context, "exception"), map[string]any{"restartDetails": details})
	m.reset(top)
	for _, o := range following {
		m.reset(o)
	}
	for ref, list := range preconditions {
		if o := m.byRef[ref]; o != nil && o.Type == "checkPreconditions" {
			m.setContext(o, "preconditions", list)
		}
	}
	if m.exec.Status != model.Running && m.exec.Status != model.Paused {
		m.moveExecution(EventReset)
		m.exec.Canceled = false
	}
	m.changes.Restarted = true
	return nil
}

// restartable gives the stages that are restarted together with a top-level one;
// its error says why that can't be done now.
func (m *Machine) restartable(top *model.Stage) ([]*model.Stage, error) {
	if !top.Status.Complete() && top.Status != model.NotStarted {
		return nil, fault.New(fault.Conflict, "stage %q can't be restarted: it is %s; cancel the execution or wait until it has ended", top.Name, top.Status)
	}
	following := m.downstream(top)
	for _, o := range following {
		if o.Status == model.Running || o.Status == model.Paused {
			return nil, fault.New(fault.Conflict, "stage %q can't be restarted: stage %q, which follows it, is %s; cancel the execution or wait until it has ended", top.Name, o.Name, o.Status)
		}
	}
	return following, nil
}

// ChildRestarted has the stages that wait for an execution wait again, as that one
// was restarted: the stage that has started it, and those that monitor it. A stage
// that has ended is restarted without starting another child, as by Orca's
// RestartStageHandler; a stage that still waits looks at the child again. Unlike in
// Orca, the execution may still be running, on another branch.
//
// Nothing happens if no stage waits for the child any more, or if the execution is
// just being canceled. A paused execution stays paused.
func (m *Machine) ChildRestarted(stageID, childID, user string, now time.Time) error {
	m.now = now
	s := m.byID[stageID]
	if s == nil {
		return m.noStage(stageID)
	}
	if m.exec.Canceled && !m.exec.Status.Complete() {
		return nil
	}
	// The stage itself first: if it is restarted, so are those that follow it.
	if err := m.waitAgain(s, childID, user); err != nil {
		return err
	}
	for _, o := range slices.Clone(m.exec.Stages) {
		if o == s || m.byID[o.ID] == nil {
			continue
		}
		// One that can't be restarted now, as stages that follow it run, stays as it is.
		_ = m.waitAgain(o, childID, user)
	}
	return nil
}

// waitAgain has a stage wait again for a child, if it has waited for it.
func (m *Machine) waitAgain(s *model.Stage, childID, user string) error {
	def, _ := m.definition(s)
	keeper, ok := def.(ChildKeeper)
	if !ok || s.Status == model.NotStarted {
		return nil
	}
	context, kept := keeper.KeepChild(s.Context, childID)
	switch {
	case !kept:
		return nil
	case !s.Status.Complete():
		for _, t := range s.Tasks {
			if key := (TaskKey{s.ID, t.ID}); m.inflight[key] {
				m.outdated[key] = true // it may have seen the child as it was before
			}
		}
		return nil
	}
	if _, err := m.restartable(m.topLevel(s)); err != nil {
		return err
	}
	s.Context = context
	return m.restart(s, user, nil)
}

// reset makes an ended stage as if it had not been run.
func (m *Machine) reset(s *model.Stage) {
	m.touch(s)
	if !s.Status.Complete() {
		return
	}
	m.moveStage(s, EventReset)
	s.StartTime, s.EndTime, s.Tasks = 0, 0, []*model.Task{}
	m.remember(s.ID, &State{})
	s.Context = model.Without(s.Context, planningFailedKey)
	m.restoreTexts(s)
	if def, ok := m.definition(s); ok {
		if preparer, ok := def.(RestartPreparer); ok {
			s.Context = preparer.PrepareForRestart(s.Context)
		}
	}
	for _, child := range append([]*model.Stage(nil), m.children[s.ID]...) {
		m.remove(child)
	}
}

package engine

import (
	"errors"
	"slices"

	"github.com/gennaker/gennaker/internal/model"
)

// stepStage makes a stage's next transition, if one is due, and reports whether
// it did.
func (m *Machine) stepStage(s *model.Stage) bool {
	switch s.Status {
	case model.NotStarted:
		return m.stepWaiting(s)
	case model.Running:
		if m.exec.Status == model.Paused {
			return false
		}
		if m.exec.Status.Complete() || m.exec.Canceled {
			return m.cancelStage(s)
		}
		if m.skippedByHand(s) {
			return m.skipByHand(s)
		}
		return m.stepRunning(s)
	}
	return false
}

// stepWaiting starts or skips a stage whose turn has come.
func (m *Machine) stepWaiting(s *model.Stage) bool {
	if m.exec.Status != model.Running || m.exec.Canceled || !m.turn(s) || m.asked[s.ID] != nil {
		return false
	}
	on, err := m.enabled(s)
	if err != nil && !m.expired(s.StartTimeExpiry) {
		return false // it continues with the answers
	}
	if !on || m.expired(s.StartTimeExpiry) {
		m.moveStage(s, EventSkip)
		s.EndTime = model.Millis(m.now)
		m.happen(Happening{Stage: s, Status: s.Status})
		return true
	}
	before := *s
	s.StartTime = model.Millis(m.now)
	if err := m.plan(s); errors.Is(err, errAsked) {
		*s = before
		return false
	} else if err != nil {
		m.setContext(s, "exception", Exception(err, s.Name, model.Millis(m.now), false))
		m.setContext(s, planningFailedKey, true)
		m.complete(s)
		return true
	}
	m.moveStage(s, EventStart)
	m.happen(Happening{Stage: s, Status: model.Running})
	return true
}

// turn reports whether a stage may start: all it requires has ended, and for a
// synthetic one its parent has come to its side.
func (m *Machine) turn(s *model.Stage) bool {
	if !m.upstreamDone(s) {
		return false
	}
	if !s.Synthetic() {
		return true
	}
	parent := m.byID[s.ParentStageID]
	// After-stages are planned only when the parent's tasks have ended, so
	// that a running parent is all that either side waits for.
	if parent == nil || parent.Status != model.Running {
		return false
	}
	if failure := m.failureStages(parent); failure != nil {
		return slices.Contains(failure, s) && !m.broken(failure)
	}
	return !m.broken(m.side(parent, s.SyntheticStageOwner))
}

// stepRunning carries a running stage on: before-stages, tasks, after-stages;
// or, once it has failed, its failure stages.
func (m *Machine) stepRunning(s *model.Stage) bool {
	if failure := m.failureStages(s); failure != nil {
		return m.settled(failure) && m.complete(s)
	}
	if after := m.side(s, model.StageAfter); len(after) > 0 {
		if !m.settled(after) {
			return false
		}
		return m.complete(s)
	}
	if before := m.side(s, model.StageBefore); len(before) > 0 {
		if m.broken(before) {
			return m.complete(s)
		}
		if !m.settled(before) {
			return false
		}
	}
	return m.stepTasks(s)
}

// stepTasks starts the stage's next task, or completes the stage after its
// last or failed one.
func (m *Machine) stepTasks(s *model.Stage) bool {
	for _, t := range s.Tasks {
		switch {
		case t.Status == model.NotStarted:
			m.moveTask(s, t, EventStart)
			if t.StartTime == 0 {
				t.StartTime = model.Millis(m.now)
			}
			m.happen(Happening{Stage: s, Task: t, Status: model.Running})
			return true
		case !t.Status.Complete():
			return false
		case t.Status.Halt():
			return m.tasksDone(s)
		}
	}
	return m.tasksDone(s)
}

// tasksDone completes a stage after its last task. Its expressions are evaluated
// once more, as Orca's CompleteTaskHandler does: they may use what the task has
// put into the stage's outputs, as variables do that use others of their stage.
func (m *Machine) tasksDone(s *model.Stage) bool {
	if len(s.Tasks) > 0 {
		if m.asked[s.ID] != nil {
			return false
		}
		evaluated, err := m.evaluate(s, s)
		if err != nil {
			return false
		}
		if !sameMap(evaluated, s.Context) {
			s.Context = evaluated
			m.touch(s)
		}
	}
	return m.complete(s)
}

// settled reports whether a side's stages have all ended, or one has ended so
// that the parent ends too.
func (m *Machine) settled(side []*model.Stage) bool {
	if m.broken(side) {
		return true
	}
	for _, s := range side {
		if !s.Status.Complete() {
			return false
		}
	}
	return true
}

// broken reports whether a child has ended so that its parent ends with it: by
// halting, or by a failure that its siblings may not ignore.
func (m *Machine) broken(side []*model.Stage) bool {
	for _, s := range side {
		if s.Status.Halt() {
			return true
		}
		if s.Status == model.FailedContinue && !model.Bool(s.Context, "allowSiblingStagesToContinueOnFailure", false) {
			return true
		}
	}
	return false
}

// cancelStage ends a running stage of an execution that has been cancelled or
// has ended. Tasks that are being run right now are waited for, and a stage
// whose work is done ends as it would have.
func (m *Machine) cancelStage(s *model.Stage) bool {
	for _, child := range m.children[s.ID] {
		if child.Status == model.Running || child.Status == model.Paused {
			return false // it goes first, and takes its parent with it
		}
	}
	done := true
	for _, t := range s.Tasks {
		if m.inflight[TaskKey{s.ID, t.ID}] {
			return false
		}
		if t.Status == model.Running || t.Status == model.Paused {
			m.moveTask(s, t, EventCancel)
			t.EndTime = model.Millis(m.now)
			m.happen(Happening{Stage: s, Task: t, Status: t.Status})
		}
		done = done && t.Status.Complete()
	}
	for _, child := range m.children[s.ID] {
		done = done && child.Status.Complete()
	}
	status := model.Canceled
	if would := m.determineStatus(s); done && would.Complete() {
		status = would
	}
	m.finish(s, status)
	return true
}

// skippedByHand reports whether a person has asked to skip a stage or one of its
// parents.
func (m *Machine) skippedByHand(s *model.Stage) bool {
	for ; s != nil; s = m.byID[s.ParentStageID] {
		if model.Bool(s.Context, "manualSkip", false) {
			return true
		}
	}
	return false
}

// skipByHand skips the whole top-level stage, as Orca's SkipStageHandler does.
func (m *Machine) skipByHand(s *model.Stage) bool {
	top := m.topLevel(s)
	skipped := false
	var skip func(*model.Stage)
	skip = func(s *model.Stage) {
		for _, child := range m.children[s.ID] {
			skip(child)
		}
		switch s.Status {
		case model.Succeeded, model.Terminal, model.FailedContinue, model.Skipped:
			return
		}
		for _, t := range s.Tasks {
			if t.Status == model.Running || t.Status == model.Paused {
				m.moveTask(s, t, EventSkip)
				t.EndTime = model.Millis(m.now)
			}
		}
		m.moveStage(s, EventSkip)
		s.EndTime = model.Millis(m.now)
		m.happen(Happening{Stage: s, Status: s.Status})
		skipped = true
	}
	skip(top)
	return skipped
}

// setContext puts a new context with one more entry instead of the old.
func (m *Machine) setContext(s *model.Stage, key string, value any) {
	s.Context = model.Merge(s.Context, map[string]any{key: value})
	m.touch(s)
}

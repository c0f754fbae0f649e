package engine

import (
	"reflect"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/masking"
	"github.com/gennaker/gennaker/internal/model"
)

// Cancel marks the execution as cancelled: what runs is ended at the next
// advance, what is paused continues to its end. An execution that has ended
// stays as it is.
func (m *Machine) Cancel(user, reason string, now time.Time) {
	m.now = now
	if m.exec.Status.Complete() {
		return
	}
	m.exec.Canceled, m.exec.CanceledBy, m.exec.CancellationReason = true, user, reason
	m.changes.Header = true
	m.resumeStages()
	if m.exec.Status == model.Paused {
		m.moveExecution(EventResume)
	}
}

// Pause halts a running execution: tasks that run now are not run again until
// it is resumed, and no stage is started.
func (m *Machine) Pause(user string, now time.Time) error {
	m.now = now
	if m.exec.Status != model.Running {
		return fault.New(fault.Conflict, "execution %s can't be paused: its status is %s, and only one that is RUNNING can", m.exec.ID, m.exec.Status)
	}
	m.moveExecution(EventPause)
	m.exec.Paused = &model.PausedDetails{PausedBy: user, PauseTime: model.Millis(now)}
	for _, s := range m.exec.Stages {
		if s.Status != model.Running {
			continue
		}
		for _, t := range s.Tasks {
			if t.Status == model.Running {
				m.moveTask(s, t, EventPause)
			}
		}
		m.moveStage(s, EventPause)
	}
	return nil
}

// Resume resumes a paused execution.
func (m *Machine) Resume(user string, now time.Time) error {
	m.now = now
	if m.exec.Status != model.Paused {
		return fault.New(fault.Conflict, "execution %s can't be resumed: its status is %s, and only one that is PAUSED can", m.exec.ID, m.exec.Status)
	}
	m.moveExecution(EventResume)
	paused := *m.exec.Paused
	paused.ResumedBy, paused.ResumeTime = user, model.Millis(now)
	m.exec.Paused = &paused
	m.resumeStages()
	return nil
}

func (m *Machine) resumeStages() {
	for _, s := range m.exec.Stages {
		if s.Status != model.Paused {
			continue
		}
		m.moveStage(s, EventResume)
		for _, t := range s.Tasks {
			if t.Status == model.Paused {
				m.moveTask(s, t, EventResume)
			}
		}
	}
}

// UpdateStage merges a person's entries into a stage's context: a judgment, a
// wait to be skipped.
func (m *Machine) UpdateStage(stageID string, patch map[string]any, user string, accounts []string, now time.Time) error {
	m.now = now
	s := m.byID[stageID]
	if s == nil {
		return m.noStage(stageID)
	}
	if model.Bool(patch, "manualSkip", false) && !m.canSkip(s) {
		return fault.New(fault.Invalid, "stage %q can't be skipped manually: its type %s doesn't allow it", s.Name, s.Type)
	}
	patch, err := checkPatch(s.Context, patch)
	if err != nil {
		return err
	}
	if def, ok := m.definition(s); ok {
		if checker, ok := def.(PatchChecker); ok {
			if err := checker.CheckPatch(m.view(s), patch); err != nil {
				return err
			}
		}
	}
	// What the client has read and sends back may be masked.
	before := s.Context
	s.Context = model.Merge(before, masking.Patch(patch, before))
	for key := range patch {
		if !reflect.DeepEqual(before[key], s.Context[key]) {
			m.forgetText(s.ID, key)
		}
	}
	if user != "" {
		s.Context["lastModifiedBy"] = user
	}
	if accounts == nil {
		accounts = []string{}
	}
	s.LastModified = &model.LastModified{User: user, AllowedAccounts: accounts, LastModifiedTime: model.Millis(now)}
	m.touch(s)
	return nil
}

func (m *Machine) canSkip(s *model.Stage) bool {
	def, ok := m.definition(s)
	if !ok {
		return false
	}
	skipper, ok := def.(ManualSkipper)
	return ok && skipper.CanManuallySkip(s.Context)
}

func (m *Machine) noStage(id string) error {
	return fault.New(fault.NotFound, "execution %s has no stage %s", m.exec.ID, id)
}

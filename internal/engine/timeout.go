package engine

import (
	"fmt"
	"time"

	"github.com/gennaker/gennaker/internal/model"
)

// Limit is how long a task may take.
type Limit struct {
	// Timeout is the task's own limit; 0 where it has none.
	Timeout time.Duration
	// Overridable says that a stageTimeoutMs takes the limit's place.
	Overridable bool
}

// TimedOut reports whether a task or its stage has taken too long, with a
// sentence that says so. Pauses do not count, nor does the wait for an
// execution window, as in Orca's RunTaskHandler.
func (m *Machine) TimedOut(ref TaskRef, limit Limit, now time.Time) (string, bool) {
	if ref.Stage.Type == windowType {
		return "", false
	}
	owner, stageTimeout := m.stageTimeout(ref.Stage)
	if owner != nil && owner.StartTime != 0 {
		elapsed := now.Sub(time.UnixMilli(owner.StartTime))
		counted := elapsed - m.paused(owner.StartTime) - m.windowDuration(owner)
		if counted > stageTimeout {
			return fmt.Sprintf("Stage %s timed out after %s", ref.Stage.Name, words(elapsed)), true
		}
	}
	timeout := limit.Timeout
	if limit.Overridable && owner != nil {
		timeout = stageTimeout
	}
	if timeout <= 0 || ref.Task.StartTime == 0 {
		return "", false
	}
	elapsed := now.Sub(time.UnixMilli(ref.Task.StartTime))
	if elapsed-m.paused(ref.Task.StartTime) > timeout {
		return fmt.Sprintf("%s of stage %s timed out after %s (limit %s)", ref.Task.Name, ref.Stage.Name, words(elapsed), words(timeout)), true
	}
	return "", false
}

// stageTimeout is the nearest stageTimeoutMs of a stage and its parents, and
// the stage that has it. Only a number counts, as in Orca.
func (m *Machine) stageTimeout(s *model.Stage) (*model.Stage, time.Duration) {
	for ; s != nil; s = m.byID[s.ParentStageID] {
		if _, text := s.Context["stageTimeoutMs"].(string); text {
			continue
		}
		if ms, ok := model.Int(s.Context, "stageTimeoutMs"); ok {
			return s, time.Duration(ms) * time.Millisecond
		}
	}
	return nil, 0
}

// paused is how long the execution was paused after a time.
func (m *Machine) paused(since int64) time.Duration {
	if p := m.exec.Paused; p != nil && p.PauseTime >= since {
		return time.Duration(p.PausedMs()) * time.Millisecond
	}
	return 0
}

// windowDuration is how long a stage waited for its execution window.
func (m *Machine) windowDuration(s *model.Stage) time.Duration {
	for _, child := range m.children[s.ID] {
		if child.Type == windowType && child.StartTime != 0 && child.EndTime != 0 {
			return time.Duration(child.EndTime-child.StartTime) * time.Millisecond
		}
	}
	return 0
}

// words is a duration for a sentence.
func words(d time.Duration) string {
	if d >= time.Second {
		d = d.Round(time.Second)
	}
	return d.String()
}

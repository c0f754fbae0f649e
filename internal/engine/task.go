package engine

import (
	"fmt"
	"reflect"
	"time"

	"github.com/gennaker/gennaker/internal/model"
)

// TaskRef points at a task of an execution.
type TaskRef struct {
	Stage *model.Stage
	Task  *model.Task
}

// Key is the task's name within the execution.
func (r TaskRef) Key() TaskKey { return TaskKey{r.Stage.ID, r.Task.ID} }

// Runnable lists the tasks that are to be run now: all that are RUNNING and
// not being run already.
func (m *Machine) Runnable() []TaskRef {
	var out []TaskRef
	if m.exec.Status == model.Paused {
		return nil
	}
	for _, s := range m.exec.Stages {
		if s.Status != model.Running {
			continue
		}
		for _, t := range s.Tasks {
			if t.Status == model.Running && !m.inflight[TaskKey{s.ID, t.ID}] {
				out = append(out, TaskRef{s, t})
			}
		}
	}
	return out
}

// Prepare evaluates a stage's expressions before one of its tasks is run. It
// reports whether that was possible: if not, the task has to wait for the answers
// to [Machine.Questions].
func (m *Machine) Prepare(ref TaskRef) bool {
	delete(m.asked, ref.Stage.ID)
	evaluated, err := m.evaluate(ref.Stage, ref.Stage)
	if err != nil {
		return false
	}
	if !sameMap(evaluated, ref.Stage.Context) {
		m.takeEvaluated(ref.Stage, evaluated)
		m.touch(ref.Stage)
	}
	return true
}

// Launched marks a task as being run until its outcome is applied.
func (m *Machine) Launched(key TaskKey) { m.inflight[key] = true }

// Unwanted tells of a task that is being run that its run has become pointless:
// its execution was cancelled, or its stage was skipped or is gone.
func (m *Machine) Unwanted(key TaskKey) bool {
	ref, ok := m.Find(key)
	if !ok || m.exec.Canceled {
		return true
	}
	return ref.Task.Status != model.Running && ref.Task.Status != model.Paused
}

// Outcome is what a run of a task came to.
type Outcome struct {
	// Status is what the task answered.
	Status model.Status
	// Context and Outputs are merged into the stage's.
	Context, Outputs map[string]any
	// State replaces what the stage remembers; nil leaves it, an empty one
	// clears it.
	State *State
	// Noted says that the task is to be run again as soon as its state is stored.
	Noted bool
	// Exception is the failure in Orca's shape, where the task failed with an
	// error; Status is then ignored.
	Exception map[string]any
	// Timeout says that the failure is a timeout, which the stage may count as
	// a success (markSuccessfulOnTimeout).
	Timeout bool
}

// Apply takes in what a run of a task came to. It reports whether the task is to
// be run again later.
func (m *Machine) Apply(key TaskKey, out Outcome, now time.Time) (again bool) {
	m.now = now
	delete(m.inflight, key)
	outdated := m.outdated[key]
	delete(m.outdated, key)
	s := m.byID[key.Stage]
	if s == nil {
		return false
	}
	t := taskByID(s, key.Task)
	if t == nil || (t.Status != model.Running && t.Status != model.Paused) {
		return false // it was skipped, cancelled or restarted in the meantime
	}
	if outdated {
		return true
	}
	m.merge(s, out)
	if out.Exception != nil {
		m.fail(s, t, out)
		return false
	}
	switch out.Status {
	case model.Running:
		return true
	case model.Redirect:
		m.redirect(s, t)
	case model.Canceled, model.Terminal:
		m.endTask(s, t, failureStatus(s, out.Status))
	default:
		m.endTask(s, t, out.Status)
	}
	return false
}

// merge puts a task's entries into the stage. The stage's timeout is its own,
// and not handed on.
func (m *Machine) merge(s *model.Stage, out Outcome) {
	m.remember(s.ID, out.State)
	if len(out.Context) > 0 {
		s.Context = model.Merge(s.Context, withoutOwn(model.DropNulls(out.Context)))
		m.touch(s)
	}
	if len(out.Outputs) > 0 {
		s.Outputs = model.Without(model.Merge(s.Outputs, model.DropNulls(out.Outputs)), "stageTimeoutMs")
		m.touch(s)
	}
}

func (m *Machine) fail(s *model.Stage, t *model.Task, out Outcome) {
	if out.Timeout && model.Bool(s.Context, "markSuccessfulOnTimeout", false) {
		m.endTask(s, t, model.Succeeded)
		return
	}
	m.setContext(s, "exception", out.Exception)
	t.TaskExceptionDetails = map[string]any{"exception": out.Exception}
	m.endTask(s, t, failureStatus(s, model.Terminal))
}

func (m *Machine) endTask(s *model.Stage, t *model.Task, status model.Status) {
	if t.Status == model.Paused {
		m.moveTask(s, t, EventResume)
	}
	m.moveTask(s, t, endEvent(status))
	t.EndTime = model.Millis(m.now)
	m.happen(Happening{Stage: s, Task: t, Status: status})
}

// redirect makes the stage's loop run again from its start.
func (m *Machine) redirect(s *model.Stage, t *model.Task) {
	first, last := -1, -1
	for i, o := range s.Tasks {
		if o.LoopStart && first < 0 {
			first = i
		}
		if o.LoopEnd {
			last = i
		}
	}
	if first < 0 || last < first {
		m.fail(s, t, Outcome{Exception: Exception(fmt.Errorf("task %s wants its loop run again, and the stage has none", t.Name), t.Name, model.Millis(m.now), false)})
		return
	}
	for _, o := range s.Tasks[first : last+1] {
		if o.Status != model.NotStarted {
			m.moveTask(s, o, EventReset)
		}
		o.EndTime, o.StartTime = 0, 0
	}
}

func taskByID(s *model.Stage, id string) *model.Task {
	for _, t := range s.Tasks {
		if t.ID == id {
			return t
		}
	}
	return nil
}

// sameMap reports whether two maps are one and the same, without looking into
// them.
func sameMap(a, b map[string]any) bool {
	return reflect.ValueOf(a).Pointer() == reflect.ValueOf(b).Pointer()
}

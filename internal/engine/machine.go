package engine

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/model"
)

// Machine holds one execution while it is advanced. It is not safe for
// concurrent use: one goroutine owns it. Everything it decides follows from the
// execution's state, so that a machine made again from a stored execution goes
// on where the last one stopped.
type Machine struct {
	exec  *model.Execution
	defs  Definitions
	eval  Evaluator
	now   time.Time
	start StartGate
	known Answers
	// room is what views have as Room.
	room func(context.Context) (int, error)
	// texts are what was evaluated, by stage id and key; nil if that isn't noted.
	texts map[string]map[string]any

	byID     map[string]*model.Stage
	byRef    map[string]*model.Stage
	children map[string][]*model.Stage

	changes  Changes
	inflight map[TaskKey]bool
	outdated map[TaskKey]bool // run now, and to be run again whatever they answer
	states   map[string]*State
	// asked are the questions of the stages that wait for answers.
	asked map[string][]expression.Asked
}

// StartGate says whether an execution that is ready to start has to wait for
// others of its pipeline.
type StartGate int

// The gate's positions.
const (
	// GateOpen lets the execution start.
	GateOpen StartGate = iota
	// GateAsk leaves it NOT_STARTED until the runner has asked the store; see
	// [Machine.WantsStart].
	GateAsk
)

// TaskKey names a task within an execution.
type TaskKey struct{ Stage, Task string }

// Changes is what has changed in an execution since the last [Machine.Take].
type Changes struct {
	// Header says that something outside the stages changed.
	Header bool
	// Stages are the ones changed or added, in no order that matters but that
	// of additions.
	Stages []*model.Stage
	// Removed are the ids of stages that are gone.
	Removed []string
	// States are the stages' new private states, by stage id. An empty one
	// clears what is stored.
	States map[string]*State
	// Happened reports what happened, in order.
	Happened []Happening
	// Texts are those that were evaluated, and Forgotten, which goes first, those
	// that count no longer.
	Texts     []Text
	Forgotten []TextKey
	// Restarted says that a stage was restarted: the execution that started this
	// one may have to wait for it again.
	Restarted bool
	// Stopped are stages that were cancelled or failed: whoever started
	// something outside for them must stop it.
	Stopped []string

	dirty map[string]bool
}

// Happening is a step in an execution's life that others may want to know of.
type Happening struct {
	// Stage is nil for the execution's own start and end, Task for a stage's.
	Stage  *model.Stage
	Task   *model.Task
	Status model.Status
	// Warning is set, and nothing else but Stage, where a stage gives cause to
	// warn the operator.
	Warning string
}

// NewMachine returns a machine for an execution, which it changes in place.
func NewMachine(exec *model.Execution, defs Definitions, eval Evaluator, gate StartGate) *Machine {
	m := &Machine{
		exec: exec, defs: defs, eval: eval, start: gate,
		byID:     make(map[string]*model.Stage, len(exec.Stages)),
		byRef:    make(map[string]*model.Stage, len(exec.Stages)),
		children: map[string][]*model.Stage{},
		inflight: map[TaskKey]bool{}, outdated: map[TaskKey]bool{},
		asked: map[string][]expression.Asked{},
	}
	m.changes.dirty = map[string]bool{}
	for _, s := range exec.Stages {
		m.index(s)
	}
	return m
}

// SetRoom sets what the views of stages have as Room.
func (m *Machine) SetRoom(room func(context.Context) (int, error)) { m.room = room }

// Execution is the execution in its present state.
func (m *Machine) Execution() *model.Execution { return m.exec }

// Take returns what has changed since the last call, and forgets it.
func (m *Machine) Take() Changes {
	out := m.changes
	m.changes = Changes{dirty: map[string]bool{}}
	return out
}

// Dirty reports whether there is anything for Take to return.
func (m *Machine) Dirty() bool {
	return m.changes.Header || len(m.changes.Stages) > 0 || len(m.changes.Removed) > 0 || len(m.changes.States) > 0
}

// Advance makes every transition that is due at the given time, until all that
// is left are tasks to run. It does nothing to what is already settled, so
// that it may be called at any time.
func (m *Machine) Advance(now time.Time) {
	m.now = now
	clear(m.asked)
	// Each pass ends or begins something, and a stage's plan is made once, so
	// that the bound is far away unless a rule is wrong.
	for bound := 100 + 20*len(m.exec.Stages); m.pass(); bound-- {
		if bound < -20*len(m.exec.Stages) {
			panic(fmt.Sprintf("engine: execution %s does not settle: %v", m.exec.ID, m.summary()))
		}
	}
}

// pass walks everything once, and reports whether something changed.
func (m *Machine) pass() bool {
	changed := m.stepExecution()
	// Planning inserts stages: walk a copy of the list.
	for _, s := range append([]*model.Stage(nil), m.exec.Stages...) {
		if m.byID[s.ID] == s && m.stepStage(s) {
			changed = true
		}
	}
	return changed
}

// stepExecution makes the execution's own next transition, if one is due.
func (m *Machine) stepExecution() bool {
	switch m.exec.Status {
	case model.NotStarted:
		return m.startExecution()
	case model.Running:
		status, due := m.finalStatus()
		if !due {
			return false
		}
		m.endExecution(status)
		return true
	}
	return false
}

// startExecution starts the execution or ends it at once, as Orca's
// StartExecutionHandler does.
func (m *Machine) startExecution() bool {
	switch {
	case m.exec.Canceled:
		m.moveExecution(EventCancel)
		m.happen(Happening{Status: model.Canceled})
	case m.expired(m.exec.StartTimeExpiry):
		m.exec.Canceled, m.exec.CanceledBy = true, "spinnaker"
		m.exec.CancellationReason = "Could not begin execution before start time expiry"
		m.moveExecution(EventCancel)
		m.happen(Happening{Status: model.Canceled})
	case !m.hasInitialStage():
		m.moveExecution(EventFail)
		m.happen(Happening{Status: model.Terminal})
	case m.start == GateAsk:
		return false
	default:
		m.Start(m.now)
	}
	return true
}

// WantsStart reports whether the execution waits for nothing but the gate.
func (m *Machine) WantsStart() bool {
	return m.exec.Status == model.NotStarted && m.start == GateAsk &&
		!m.exec.Canceled && !m.expired(m.exec.StartTimeExpiry) && m.hasInitialStage()
}

// Start begins the execution.
func (m *Machine) Start(now time.Time) {
	m.now = now
	m.moveExecution(EventStart)
	m.exec.Canceled = false
	m.exec.StartTime, m.exec.EndTime = model.Millis(now), 0
	m.happen(Happening{Status: model.Running})
}

// finalStatus is the status the execution ends with, and whether it is time,
// by the rules of Orca's CompleteExecutionHandler. A stage that halted before
// the execution was last started (another one was restarted) ends it only when
// nothing else can run.
func (m *Machine) finalStatus() (model.Status, bool) {
	has := map[model.Status]bool{}
	active, done := len(m.inflight) > 0, true
	for _, s := range m.exec.Stages {
		if s.Synthetic() {
			continue
		}
		has[s.Status] = true
		if s.Status == model.Terminal && s.EndTime >= m.exec.StartTime {
			return model.Terminal, true
		}
		if s.Status == model.Canceled && s.EndTime >= m.exec.StartTime {
			has[freshlyCanceled] = true
		}
		switch s.Status {
		case model.Running, model.Paused:
			active = true
		case model.NotStarted:
			active = active || (!m.exec.Canceled && m.upstreamDone(s))
		}
		done = done && s.Status.LetsDownstreamRun()
	}
	switch {
	case done && len(m.inflight) == 0:
		return model.Succeeded, true
	case has[freshlyCanceled]:
		return model.Canceled, true
	case active:
		return "", false
	case has[model.Terminal]:
		return model.Terminal, true
	case has[model.Canceled] || m.exec.Canceled:
		return model.Canceled, true
	case has[model.Stopped] && !m.anyStoppedFails():
		return model.Succeeded, true
	}
	// A stopped stage that fails the execution; or nothing can run any more
	// and nothing says why, in a graph that was let in with a requisite that
	// no stage has.
	return model.Terminal, true
}

// freshlyCanceled stands, in finalStatus, for a stage that was cancelled since
// the execution was last started.
const freshlyCanceled model.Status = "CANCELED now"

func (m *Machine) anyStoppedFails() bool {
	for _, s := range m.exec.Stages {
		if s.Status == model.Stopped && model.Bool(s.Context, "completeOtherBranchesThenFail", false) {
			return true
		}
	}
	return false
}

func (m *Machine) endExecution(status model.Status) {
	m.moveExecution(endEvent(status))
	if m.exec.StartTime != 0 {
		m.exec.EndTime = model.Millis(m.now)
	}
	m.happen(Happening{Status: status})
}

// expired reports whether a start-by time (milliseconds, 0 where unset) is past.
func (m *Machine) expired(expiry int64) bool {
	return expiry != 0 && expiry < model.Millis(m.now)
}

func (m *Machine) hasInitialStage() bool {
	for _, s := range m.exec.Stages {
		if !s.Synthetic() && len(s.RequisiteStageRefIDs) == 0 {
			return true
		}
	}
	return false
}

// moveExecution applies an event to the execution. An event that can't happen
// is a mistake of the program.
func (m *Machine) moveExecution(event Event) {
	to, err := next(ofExecution, ExecutionTransitions, m.exec.Status, event)
	if err != nil {
		panic(err)
	}
	m.exec.Status = to
	m.changes.Header = true
}

// moveStage applies an event to a stage, likewise.
func (m *Machine) moveStage(s *model.Stage, event Event) {
	to, err := next(ofStage, StageTransitions, s.Status, event)
	if err != nil {
		panic(fmt.Errorf("stage %s (%s): %w", s.RefID, s.Type, err))
	}
	s.Status = to
	m.touch(s)
}

// moveTask applies an event to a task, likewise.
func (m *Machine) moveTask(s *model.Stage, t *model.Task, event Event) {
	to, err := next(ofTask, TaskTransitions, t.Status, event)
	if err != nil {
		panic(fmt.Errorf("task %s of stage %s (%s): %w", t.Name, s.RefID, s.Type, err))
	}
	t.Status = to
	m.touch(s)
}

func (m *Machine) touch(s *model.Stage) {
	if !m.changes.dirty[s.ID] {
		m.changes.dirty[s.ID] = true
		m.changes.Stages = append(m.changes.Stages, s)
	}
}

func (m *Machine) happen(h Happening) { m.changes.Happened = append(m.changes.Happened, h) }

func (m *Machine) warn(s *model.Stage, text string) { m.happen(Happening{Stage: s, Warning: text}) }

func (m *Machine) view(s *model.Stage) View {
	return View{Execution: m.exec, Stage: s, State: m.states[s.ID], Room: m.room}
}

// Peek returns what has changed since the last Take, and keeps it.
func (m *Machine) Peek() Changes { return m.changes }

// ForgetStopped drops the list of stages that have to be stopped, once it is
// remembered elsewhere.
func (m *Machine) ForgetStopped() { m.changes.Stopped = nil }

// Find returns the task of that key.
func (m *Machine) Find(key TaskKey) (TaskRef, bool) {
	s := m.byID[key.Stage]
	if s == nil {
		return TaskRef{}, false
	}
	t := taskByID(s, key.Task)
	return TaskRef{s, t}, t != nil
}

// Merge puts entries into an ended stage's context and outputs, after its type
// has stopped what the stage had started. A stage that was restarted in the
// meantime stays as it is.
func (m *Machine) Merge(stageID string, out Outcome) {
	if s := m.byID[stageID]; s != nil && s.Status.Complete() {
		m.merge(s, out)
	}
}

// summary is the state of everything in a line, for an error.
func (m *Machine) summary() []string {
	out := []string{string(m.exec.Status)}
	for _, s := range m.exec.Stages {
		var line strings.Builder
		line.WriteString(s.RefID + "=" + string(s.Status))
		for _, t := range s.Tasks {
			line.WriteString("/" + string(t.Status))
		}
		out = append(out, line.String())
	}
	return out
}

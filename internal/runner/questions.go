package runner

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/execution"
	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

const (
	// lookAgain is when an execution that waits for an answer is looked at
	// without one: if the process that asked has died, it asks again.
	lookAgain = 10 * time.Second
	// maxAnswers bounds what one stage may ask.
	maxAnswers = 100
	// earlyTask marks a question that was asked before its stage started: if
	// that fails, the stage asks itself.
	earlyTask = "early"
	// opening is the stage id of what doesn't belong to a stage.
	opening = ""
)

// question is one that a stage waits for; see memory.Asked.
type question struct {
	Question expression.Question `json:"question"`
	Place    string              `json:"place,omitempty"`
	Task     string              `json:"task,omitempty"`
}

// answers are what is known to the expressions of one execution in one turn.
// They implement engine.Answers.
type answers struct {
	run *run
	// known are the answers by stage; a stage that is not in it has not been
	// looked up in the store.
	known map[string]map[expression.Question]savedAnswer
	// executions are the parents of the execution, which can be large: they are
	// read once for all stages, and not kept while nothing is done.
	executions map[expression.Question]expression.Answer
}

// For implements engine.Answers.
func (a *answers) For(stageID string) expression.Answers {
	return answersFor{a.run.memory.Asked[stageID], a.known[stageID], a.executions, a.run.taskOf(stageID)}
}

type answersFor struct {
	asked      []question
	known      map[expression.Question]savedAnswer
	executions map[expression.Question]expression.Answer
	task       string
}

// Answer implements expression.Answers. Where a text asks something else each
// time it is evaluated, as for a URL with the time in it, the answer to what
// it asked first counts.
func (a answersFor) Answer(q expression.Question, place string) (expression.Answer, bool) {
	if q.Kind == expression.QuestionExecution {
		found, ok := a.executions[q]
		return found, ok
	}
	if found, ok := a.valid(q); ok {
		return found, true
	}
	for _, first := range a.asked {
		if first.Place == place && first.Question != q {
			return a.valid(first.Question)
		}
	}
	if len(a.known) >= maxAnswers {
		return expression.Answer{Failure: &expression.Failure{
			Message: fmt.Sprintf("the stage's expressions ask for more than %d things", maxAnswers), At: -1,
		}}, true
	}
	return expression.Answer{}, false
}

func (a answersFor) valid(q expression.Question) (expression.Answer, bool) {
	saved, ok := a.known[q]
	if !ok || saved.Answer.Failure != nil && saved.Task != a.task {
		return expression.Answer{}, false
	}
	return saved.Answer, true
}

// taskOf is the task of a stage that was started last, "" while it is planned.
func (r *run) taskOf(stageID string) (id string) {
	if s := r.machine.Execution().StageByID(stageID); s != nil {
		for _, t := range s.Tasks {
			if t.Status != model.NotStarted {
				id = t.ID
			}
		}
	}
	return id
}

// answerQuestions finds out what the stages wait for. It tells whether it knows
// more now. Other servers are asked beside the loop; their answers wake the
// execution.
func (r *run) answerQuestions(ctx context.Context) (more bool, err error) {
	waiting := r.machine.Questions()
	for stageID, asked := range waiting {
		again, err := r.answerStage(ctx, stageID, asked)
		if err != nil {
			return false, err
		}
		more = more || again
	}
	r.pruneAsked()
	return more, nil
}

// pruneAsked forgets the questions that nobody waits for any more: those of
// tasks that have ended, and of the planning of a stage that has started.
func (r *run) pruneAsked() {
	e := r.machine.Execution()
	for stageID, list := range r.memory.Asked {
		if stageID == opening {
			continue // open does that
		}
		s := e.StageByID(stageID)
		kept := slices.DeleteFunc(slices.Clone(list), func(q question) bool {
			if s == nil || s.Status.Complete() || e.Status.Complete() {
				return true
			}
			started := s.Status != model.NotStarted
			return started && q.Task != r.taskOf(stageID)
		})
		switch {
		case len(kept) == len(list):
			continue
		case len(kept) == 0:
			delete(r.memory.Asked, stageID)
		default:
			r.memory.Asked[stageID] = kept
		}
		r.memory.dirty = true
	}
}

// answerStage does answerQuestions' work for one stage.
func (r *run) answerStage(ctx context.Context, stageID string, asked []expression.Asked) (more bool, err error) {
	id := r.job.ExecutionID
	if r.answers.known[stageID] == nil {
		saved, err := r.load(ctx, stageID)
		if err != nil {
			return false, err
		}
		r.answers.known[stageID] = saved
		if len(saved) > 0 {
			return true, nil
		}
	}
	task := r.taskOf(stageID)
	for _, a := range asked {
		if execution.Lookup(a.Question) {
			if err := r.lookUp(ctx, stageID, a.Question, task); err != nil {
				return false, err
			}
			more = true
			continue
		}
		early := ask{id, stageID, a.Question, earlyTask}
		if _, answered := r.answers.known[stageID][a.Question]; !answered && r.asker.asks(early) {
			continue
		}
		q := question{a.Question, a.Place, task}
		if !slices.Contains(r.memory.Asked[stageID], q) {
			list := slices.DeleteFunc(slices.Clone(r.memory.Asked[stageID]), func(o question) bool { return o.Place == q.Place })
			r.memory.Asked[stageID], r.memory.dirty = append(list, q), true
		}
		r.asker.start(ask{id, stageID, a.Question, task}) //nolint:contextcheck // it outlives this turn
	}
	return more, nil
}

// lookUp answers a question from the database. A database that is away fails
// the turn, and not the expression.
func (r *run) lookUp(ctx context.Context, stageID string, q expression.Question, task string) error {
	if r.Asker == nil {
		r.answers.add(stageID, q, expression.Answer{Failure: &expression.Failure{Message: "this can't be looked up here", At: -1}}, task)
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, execution.LookupTimeout)
	defer cancel()
	answer := r.Asker.Ask(ctx, q)
	if f := answer.Failure; f != nil && f.Class == "" {
		return fmt.Errorf("look up %s %q for an expression: %s", q.Kind, q.Of, f.Message)
	}
	r.answers.add(stageID, q, answer, task)
	return nil
}

// add notes what the database has answered.
func (a *answers) add(stageID string, q expression.Question, answer expression.Answer, task string) {
	if q.Kind == expression.QuestionExecution {
		a.executions[q] = answer
		return
	}
	a.known[stageID][q] = savedAnswer{q, answer, task}
}

// load reads the answers that are stored for a stage.
func (r *run) load(ctx context.Context, stageID string) (map[expression.Question]savedAnswer, error) {
	bodies, err := r.Store.Answers(ctx, r.job.ExecutionID, stageID)
	if err != nil {
		return nil, err
	}
	out := make(map[expression.Question]savedAnswer, len(bodies))
	for _, body := range bodies {
		var saved savedAnswer
		if err := model.Unmarshal(body, &saved); err != nil {
			return nil, fmt.Errorf("read an answer for stage %s of execution %s: %w", stageID, r.job.ExecutionID, err)
		}
		out[saved.Question] = saved
	}
	if len(out) > 0 && !slices.Contains(r.memory.Answered, stageID) {
		r.memory.Answered, r.memory.dirty = append(r.memory.Answered, stageID), true
	}
	return out, nil
}

// forgetAnswers has the stages that wait look into the store again.
func (r *run) forgetAnswers() {
	for stageID := range r.memory.Asked {
		delete(r.answers.known, stageID)
	}
}

// dropAnswers deletes what stages have got to know that have ended since.
func (r *run) dropAnswers(ctx context.Context, tx *store.Tx, changes engine.Changes) error {
	for _, stageID := range r.memory.Answered {
		if r.needsAnswers(stageID) {
			continue
		}
		if s := r.machine.Execution().StageByID(stageID); s != nil && !slices.Contains(changes.Stages, s) {
			continue
		}
		if err := tx.DeleteAnswers(ctx, r.job.ExecutionID, stageID); err != nil {
			return err
		}
	}
	return nil
}

// needsAnswers tells whether what was answered to a stage can still be of use.
func (r *run) needsAnswers(stageID string) bool {
	if stageID == opening {
		return r.memory.Deferred != nil
	}
	s := r.machine.Execution().StageByID(stageID)
	return s != nil && !s.Status.Complete()
}

// droppedAnswers takes note that dropAnswers was committed.
func (r *run) droppedAnswers() {
	kept := slices.DeleteFunc(slices.Clone(r.memory.Answered), func(id string) bool { return !r.needsAnswers(id) })
	if len(kept) < len(r.memory.Answered) {
		r.memory.Answered, r.memory.dirty = kept, true
	}
}

// open evaluates what the start left, before the execution begins. It tells
// whether all of it is done.
func (r *run) open(ctx context.Context) (done bool, err error) {
	d := r.memory.Deferred
	if d == nil {
		return true, nil
	}
	for _, early := range d.Early {
		q := ask{r.job.ExecutionID, early.StageID, early.Question, earlyTask}
		r.memory.Asked[early.StageID] = append(r.memory.Asked[early.StageID], question{Question: early.Question, Task: earlyTask})
		r.memory.dirty = true
		r.asker.start(q) //nolint:contextcheck // it outlives this turn
	}
	if d.Early = nil; !d.Opening {
		r.memory.Deferred, r.memory.dirty = nil, true
		return true, nil
	}
	for {
		config, asked := r.Evaluator.Pipeline(engine.Opening(r.machine.Execution()), r.answers.For(opening))
		if len(asked) == 0 {
			r.machine.Open(config)
			r.memory.Deferred, r.memory.dirty = nil, true
			delete(r.memory.Asked, opening)
			return true, nil
		}
		if more, err := r.answerStage(ctx, opening, asked); err != nil || !more {
			return false, err
		}
	}
}

// begin starts an execution that waits for nothing else. It tells whether the
// turn is over, because the execution has to wait.
func (r *run) begin(ctx context.Context) (over bool, err error) {
	opened, err := r.open(ctx)
	if err != nil {
		return false, err
	}
	if !opened {
		return r.settle(ctx)
	}
	if !execution.Limited(r.machine.Execution()) {
		r.machine.Start(r.Now())
		return false, nil
	}
	if started, err := r.askToStart(ctx); err != nil || started {
		return false, err
	}
	return true, r.rest(ctx)
}

// looksAgain is when an execution that waits for answers is looked at next.
func (r *run) looksAgain() (time.Time, bool) {
	waits := len(r.machine.Questions()) > 0 || r.memory.Deferred != nil
	return r.Now().Add(lookAgain), waits
}

package runner

import (
	"context"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gennaker/gennaker/internal/execution"
	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

const (
	// askTimeout bounds the wait for one answer.
	askTimeout = 30 * time.Second
	// asksAtOnce bounds the requests of a process, and asksPerHost those to one
	// host, so that a slow one doesn't hold up the others.
	asksAtOnce  = 32
	asksPerHost = 8
)

// ask is one question that a stage waits for.
type ask struct {
	Execution, Stage string
	Question         expression.Question
	// Task is the task whose run needs the answer; see [savedAnswer].
	Task string
}

// savedAnswer is an answer as it is stored.
type savedAnswer struct {
	Question expression.Question `json:"question"`
	Answer   expression.Answer   `json:"answer"`
	// Task is the task that a failure is valid for: the stage's next one asks
	// again, as it does in Orca. Empty while the stage is planned.
	Task string `json:"task,omitempty"`
}

// asker asks other servers what expressions need, beside all executions:
// nobody's worker waits for it. An answer is stored and wakes its execution.
type asker struct {
	store      *store.Store
	executions *execution.Service
	outside    execution.Asker
	log        *slog.Logger

	slots chan struct{}

	mu      sync.Mutex
	ended   bool
	running map[ask]context.CancelFunc
	hosts   map[string]*hostSlots
}

type hostSlots struct {
	slots chan struct{}
	users int
}

func newAsker(o Options) *asker {
	return &asker{
		store: o.Store, executions: o.Executions, outside: o.Asker, log: o.Logger,
		slots: make(chan struct{}, asksAtOnce), running: map[ask]context.CancelFunc{}, hosts: map[string]*hostSlots{},
	}
}

// start asks a question, unless it is being asked already. It goes on when the
// turn that needs the answer is over.
func (a *asker) start(q ask) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.ended || a.running[q] != nil {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	a.running[q] = cancel
	host := hostOf(q.Question)
	h := a.hosts[host]
	if h == nil {
		h = &hostSlots{slots: make(chan struct{}, asksPerHost)}
		a.hosts[host] = h
	}
	h.users++
	go func() {
		defer a.done(q, host)
		if !take(ctx, h.slots) {
			return
		}
		defer func() { <-h.slots }()
		if !take(ctx, a.slots) {
			return
		}
		defer func() { <-a.slots }()
		a.find(ctx, q)
	}()
}

// take waits for a slot, and tells whether there was one before ctx ended.
func take(ctx context.Context, slots chan<- struct{}) bool {
	select {
	case slots <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (a *asker) done(q ask, host string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.running[q]()
	delete(a.running, q)
	h := a.hosts[host]
	h.users--
	if h.users == 0 {
		delete(a.hosts, host)
	}
}

// find asks and stores the answer.
func (a *asker) find(ctx context.Context, q ask) {
	answer := a.bounded(ctx, q.Question)
	if ctx.Err() != nil {
		return // nobody needs it any more
	}
	body, err := model.Marshal(savedAnswer{q.Question, answer, q.Task})
	if err == nil {
		err = a.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.SaveAnswer(ctx, q.Execution, q.Stage, questionKey(q.Question), body); err != nil {
				return err
			}
			return a.executions.Answered(ctx, tx, q.Execution)
		})
	}
	if err != nil && ctx.Err() == nil {
		// The execution looks again later, and asks again.
		a.log.WarnContext(ctx, "an answer to an expression could not be stored", "execution", q.Execution, "stage", q.Stage, "error", err)
	}
}

func (a *asker) bounded(ctx context.Context, q expression.Question) (out expression.Answer) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			a.log.ErrorContext(ctx, "a function of an expression panicked", "question", string(q.Kind), "panic", p)
			out = expression.Answer{Failure: &expression.Failure{Message: "an internal error", At: -1}}
		}
	}()
	if a.outside == nil {
		return expression.Answer{Failure: &expression.Failure{Message: "this can't be looked up here", At: -1}}
	}
	return a.outside.Ask(ctx, q)
}

// asks tells whether a question is being asked.
func (a *asker) asks(q ask) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.running[q] != nil
}

// forget ends the questions of an execution that has ended.
func (a *asker) forget(executionID string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for q, cancel := range a.running {
		if q.Execution == executionID {
			cancel()
		}
	}
}

// end ends all questions: another process asks them again.
func (a *asker) end() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ended = true
	for _, cancel := range a.running {
		cancel()
	}
}

func hostOf(q expression.Question) string {
	if u, err := url.Parse(q.Of); err == nil && q.Kind == expression.QuestionURL {
		return strings.ToLower(u.Host)
	}
	return string(q.Kind)
}

func questionKey(q expression.Question) string {
	return string(q.Kind) + "\x00" + q.In + "\x00" + q.Of
}

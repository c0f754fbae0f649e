package runner

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/queue"
	"github.com/gennaker/gennaker/internal/stage"
)

// stuckError says that the engine has no rule for the state of an execution.
type stuckError struct{ error }

func (e *stuckError) Unwrap() error { return e.error }

// hopeless tells whether an error lies in the execution itself, so that trying
// again doesn't help. Whatever may be the fault of the database, of the network or
// of this process is not.
func hopeless(err error) bool {
	if _, stuck := errors.AsType[*stuckError](err); stuck {
		return true
	}
	kind := fault.KindOf(err)
	return kind == fault.Invalid || kind == fault.TooLarge
}

// failures counts by execution how many times in a row advancing it was hopeless.
type failures struct {
	mu    sync.Mutex
	count map[string]int
}

func (f *failures) add(id string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.count == nil {
		f.count = map[string]int{}
	}
	f.count[id]++
	return f.count[id]
}

func (f *failures) forget(id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.count, id)
}

// judge looks at the outcome of advancing an execution. One that fails again and
// again for a reason of its own would otherwise be tried for ever, and could not
// even be canceled: it is ended.
func (r *Runner) judge(ctx context.Context, job queue.Job, err error) error {
	switch {
	case err == nil:
		r.failures.forget(job.ExecutionID)
		return nil
	case ctx.Err() != nil || !hopeless(err):
		return err
	case r.failures.add(job.ExecutionID) < r.HopelessAfter:
		return err
	}
	why := &stage.Error{
		Type:    "StuckExecutionException",
		Message: fmt.Sprintf("The execution can't be continued and was ended: %s", fault.Short(err.Error())),
	}
	why.Errors = []string{
		why.Message,
		"Gennaker tried it several times. Whatever the stage started in other systems was not stopped. This is most likely an error in Gennaker: report it with the log of this process.",
	}
	e, ended, endErr := r.endBadly(ctx, job, why)
	if endErr != nil {
		return fmt.Errorf("end execution %s, which can't be continued (%w): %w", job.ExecutionID, err, endErr)
	}
	r.failures.forget(job.ExecutionID)
	if e != nil {
		r.Logger.ErrorContext(ctx, "an execution was ended because it can't be continued", "execution", e.ID,
			"application", e.Application, "pipeline", e.Name, "error", err, "hadEnded", !ended)
	}
	return nil
}

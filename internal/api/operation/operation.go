// Package operation runs ad-hoc tasks: what Gate saves through Orca is a task of one
// job, which a request starts, or waits for.
package operation

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/api/shown"
	"github.com/gennaker/gennaker/internal/events"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// awaitRepair is how long a wait for a task goes on without looking again: the
// events bus wakes it, and this is what mends a lost event.
const awaitRepair = time.Second

// Runner starts ad-hoc tasks, and waits for them.
type Runner struct {
	executions Starter
	shown      *shown.Reader
	events     Events
	wait       time.Duration
}

// Options are what a Runner is made of.
type Options struct {
	Executions Starter
	Shown      *shown.Reader
	Events     Events
	// Wait is how long Run waits for a task; 32 seconds by default, as Gate's
	// task-service does.
	Wait time.Duration
}

// Starter starts ad-hoc tasks.
type Starter interface {
	// StartOperation starts an ad-hoc task: {application, description, job,
	// trigger}, Orca's /ops.
	StartOperation(ctx context.Context, operation map[string]any, who access.Principal) (*model.Execution, error)
}

// Events tells of changes of executions.
type Events interface {
	Subscribe(filter func(events.Event) bool) *events.Subscription
}

// New returns a Runner.
func New(o Options) *Runner {
	if o.Wait <= 0 {
		o.Wait = 32 * time.Second
	}
	return &Runner{executions: o.Executions, shown: o.Shown, events: o.Events, wait: o.Wait}
}

// Start starts an ad-hoc task; the answer says where to look.
func (s *Runner) Start(r *http.Request, operation map[string]any) (any, error) {
	who, err := rest.Caller(r)
	if err != nil {
		return nil, err
	}
	e, err := s.executions.StartOperation(r.Context(), operation, who)
	if err != nil {
		return nil, err
	}
	return map[string]any{"ref": "/tasks/" + e.ID}, nil
}

// Run runs an ad-hoc task of one job and waits for it, as Gate does for what
// it saves through Orca. A task that doesn't succeed is a fault of kind Invalid
// with the first thing that went wrong.
func (s *Runner) Run(ctx context.Context, application, description string, job map[string]any, who access.Principal) (*model.Execution, error) {
	started, err := s.executions.StartOperation(ctx, map[string]any{
		"application": application, "description": description, "job": []any{job},
	}, who)
	if err != nil {
		return nil, err
	}
	ended, err := s.await(ctx, started.ID)
	if err != nil {
		return nil, err
	}
	if ended.Status == model.Succeeded {
		return ended, nil
	}
	message, all := failureOf(ended)
	if message == "" {
		message = fmt.Sprintf("%s did not succeed: %s (status: %s)", description, ended.ID, ended.Status)
	}
	return ended, fault.New(fault.Invalid, "%s", message).With(all...)
}

// await waits until an execution has ended.
func (s *Runner) await(ctx context.Context, id string) (*model.Execution, error) {
	wait, cancel := context.WithTimeout(ctx, s.wait)
	defer cancel()
	sub := s.events.Subscribe(func(e events.Event) bool { return e.ExecutionID == id })
	defer sub.Close()
	for {
		found, err := s.shown.Execution(wait, id)
		if err == nil && found.Status.Complete() {
			return found, nil
		}
		if err != nil && wait.Err() == nil {
			return nil, err
		}
		select {
		case <-sub.C():
		case <-time.After(awaitRepair):
		case <-wait.Done():
			if errors.Is(ctx.Err(), context.Canceled) {
				return nil, ctx.Err()
			}
			return nil, fault.New(fault.Unavailable, "task %s is still running; see /tasks/%s for its result", id, id)
		}
	}
}

// failureOf is what went wrong in an execution: the first sentence of the first
// stage with an exception, and all sentences.
func failureOf(e *model.Execution) (first string, all []string) {
	for _, stage := range e.Stages {
		all = append(all, stage.Failures()...)
	}
	if len(all) > 0 {
		first = all[0]
	}
	return first, all
}

// Encode is a value as Gate puts it into a job: JSON in base64, so that the
// expressions in it are not evaluated when the task runs.
func Encode(value any) (string, error) {
	data, err := model.Marshal(value)
	if err != nil {
		return "", fmt.Errorf("encode a job's field: %w", err)
	}
	return base64.StdEncoding.EncodeToString(data), nil
}

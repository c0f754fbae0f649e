package api

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/events"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// awaitRepair is how long a wait for a task goes on without looking again: the
// events bus wakes it, and this is what mends a lost event.
const awaitRepair = time.Second

// runJob runs an ad-hoc task of one job and waits for it, as Gate does for what
// it saves through Orca. A task that doesn't succeed is a fault of kind Invalid
// with the first thing that went wrong.
func (s *server) runJob(ctx context.Context, application, description string, job map[string]any, who access.Principal) (*model.Execution, error) {
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
func (s *server) await(ctx context.Context, id string) (*model.Execution, error) {
	wait, cancel := context.WithTimeout(ctx, s.config.TaskWait)
	defer cancel()
	sub := s.events.Subscribe(func(e events.Event) bool { return e.ExecutionID == id })
	defer sub.Close()
	for {
		found, err := s.store.Execution(wait, id)
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
			return nil, fault.New(fault.Unavailable, "task %s is still running; look at /tasks/%s for its end", id, id)
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

// encoded is a value as Gate puts it into a job: JSON in base64, so that the
// expressions in it are not evaluated when the task runs.
func encoded(value any) (string, error) {
	data, err := model.Marshal(value)
	if err != nil {
		return "", fmt.Errorf("encode a job's field: %w", err)
	}
	return base64.StdEncoding.EncodeToString(data), nil
}

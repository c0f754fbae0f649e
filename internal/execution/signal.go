package execution

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// The kinds of signal.
const (
	signalCancel  = "cancel"
	signalPause   = "pause"
	signalResume  = "resume"
	signalUpdate  = "updateStage"
	signalRestart = "restartStage"
	signalChild   = "childRestarted"
)

// payload is what a signal carries beside its kind and user.
type payload struct {
	Stage         string         `json:"stage,omitempty"`
	Child         string         `json:"child,omitempty"`
	Reason        string         `json:"reason,omitempty"`
	Patch         map[string]any `json:"patch,omitempty"`
	Preconditions map[string]any `json:"preconditions,omitempty"`
	Accounts      []string       `json:"accounts,omitempty"`
}

// Restarting reports whether a signal among these may restart a stage.
func Restarting(signals []store.Signal) bool {
	return slices.ContainsFunc(signals, func(s store.Signal) bool { return s.Kind == signalRestart || s.Kind == signalChild })
}

// Apply carries a signal out on an execution's machine. The runner calls it;
// the service does too, on a copy, to refuse at once what can't be done.
func Apply(m *engine.Machine, signal store.Signal, now time.Time) error {
	var p payload
	if len(signal.Payload) > 0 {
		if err := model.Unmarshal(signal.Payload, &p); err != nil {
			return fmt.Errorf("read signal %d (%s): %w", signal.ID, signal.Kind, err)
		}
	}
	switch signal.Kind {
	case signalCancel:
		m.Cancel(signal.User, p.Reason, now)
		return nil
	case signalPause:
		return m.Pause(signal.User, now)
	case signalResume:
		return m.Resume(signal.User, now)
	case signalUpdate:
		return m.UpdateStage(p.Stage, p.Patch, signal.User, p.Accounts, now)
	case signalRestart:
		return m.Restart(p.Stage, signal.User, p.Preconditions, now)
	case signalChild:
		return m.ChildRestarted(p.Stage, p.Child, signal.User, now)
	}
	return fmt.Errorf("signal %d is of unknown kind %q", signal.ID, signal.Kind)
}

// Cancel ends an execution: what runs is cancelled, what has not begun does
// not begin. Cancelling what has ended changes nothing.
func (s *Service) Cancel(ctx context.Context, id, reason string, _ bool, who access.Principal) error {
	_, err := s.signal(ctx, id, signalCancel, who, payload{Reason: reason})
	return err
}

// Pause halts a running execution.
func (s *Service) Pause(ctx context.Context, id string, who access.Principal) error {
	_, err := s.signal(ctx, id, signalPause, who, payload{})
	return err
}

// Resume resumes a paused execution.
func (s *Service) Resume(ctx context.Context, id string, who access.Principal) error {
	_, err := s.signal(ctx, id, signalResume, who, payload{})
	return err
}

// UpdateStage merges entries into a stage's context: a judgment, a wait to be
// skipped. It returns the execution with them.
func (s *Service) UpdateStage(ctx context.Context, id, stageID string, patch map[string]any, who access.Principal) (*model.Execution, error) {
	e, err := s.signal(ctx, id, signalUpdate, who, payload{Stage: stageID, Patch: patch, Accounts: who.AllowedAccounts})
	if err != nil {
		return nil, err
	}
	if err := overruled(e.StageByID(stageID), model.String(patch, "judgmentStatus")); err != nil {
		return nil, err
	}
	return e, nil
}

// overruled tells somebody who has judged at the same moment as somebody else that the other
// answer holds, so that nobody believes to have stopped what continues.
func overruled(judgment *model.Stage, answer string) error {
	if judgment == nil || answer == "" || !judgment.Status.Complete() {
		return nil
	}
	holds := model.String(judgment.Context, "judgmentStatus")
	if holds == "" || strings.EqualFold(holds, answer) {
		return nil
	}
	return fault.New(fault.Conflict, "The judgment %q was answered by somebody else at the same moment: %q holds, not %q.", judgment.Name, holds, answer)
}

// RestartStage runs a stage and all that follows it again, and so do the stages
// that started this execution, all the way up. body is the pipeline's present
// configuration: the preconditions of its checkPreconditions stages take the place
// of the execution's.
func (s *Service) RestartStage(ctx context.Context, id, stageID string, body map[string]any, who access.Principal) (*model.Execution, error) {
	preconditions := map[string]any{}
	for _, stage := range model.Objects(body, "stages") {
		if list, ok := stage["preconditions"]; ok && model.String(stage, "type") == "checkPreconditions" {
			preconditions[model.String(stage, "refId")] = list
		}
	}
	e, err := s.signal(ctx, id, signalRestart, who, payload{Stage: stageID, Preconditions: preconditions})
	if err != nil {
		return nil, err
	}
	s.awaitParents(ctx, e)
	return e, nil
}

// Delete removes an execution. Others of its pipeline that wait for it continue.
func (s *Service) Delete(ctx context.Context, id string, _ access.Principal) error {
	e, err := s.Get(ctx, id)
	if err != nil {
		return err
	}
	err = s.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if e.PipelineConfigID != "" {
			// The pipeline before its executions, as in [Service.Ended].
			if err := tx.LockConfig(ctx, e.PipelineConfigID); err != nil {
				return err
			}
		}
		if err := tx.DeleteExecution(ctx, id); err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if err := s.StartWaiting(ctx, tx, e); err != nil {
			return err
		}
		event := Event(e)
		event.Deleted = true
		return s.events.Publish(ctx, tx, event)
	})
	if err != nil {
		return fmt.Errorf("delete execution %s: %w", id, err)
	}
	s.onWake(id)
	return nil
}

// largeSignal is how many bytes a signal may have that is taken without looking at
// the execution's size.
const largeSignal = 64 << 10

// signal stores a signal and waits until the runner has carried it out, so
// that the caller reads what it wrote.
func (s *Service) signal(ctx context.Context, id, kind string, who access.Principal, p payload) (*model.Execution, error) {
	e, err := s.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	body, err := model.Marshal(p)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the request can't be stored: %w", err)
	}
	signal := store.Signal{ExecutionID: id, Kind: kind, User: who.Name, Payload: body, CreatedAt: model.Millis(s.now())}
	if err := Apply(engine.NewMachine(e, s.types, s.eval, engine.GateAsk), signal, s.now()); err != nil {
		return nil, err
	}
	if len(body) > largeSignal && e.Size() > limit.Execution {
		return nil, fault.New(fault.TooLarge, "the execution would be larger than %d MB", limit.Execution>>20)
	}
	err = s.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		signal.ID, err = tx.InsertSignal(ctx, signal)
		if err != nil {
			return err
		}
		return s.wake(ctx, tx, id)
	})
	if err != nil {
		return nil, fmt.Errorf("signal %s to execution %s: %w", kind, id, err)
	}
	if !s.await(ctx, signal.ID) {
		return e, nil // no runner has come to it yet: this is what it will do
	}
	return s.Get(ctx, id)
}

// await waits until a signal has been carried out, for a few seconds at most,
// and reports whether it was.
func (s *Service) await(ctx context.Context, signalID int64) bool {
	ctx, cancel := context.WithTimeout(ctx, s.awaitTime)
	defer cancel()
	return s.poll(ctx, func() (bool, error) {
		pending, err := s.store.SignalPending(ctx, signalID)
		return !pending, err
	})
}

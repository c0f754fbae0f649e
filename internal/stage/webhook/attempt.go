package webhook

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// keyHeader is the header by which a receiver can tell that a request is one it has
// seen already.
const keyHeader = "Idempotency-Key"

// What a stage's onInterruption says is done about a request that was interrupted.
const (
	repeatRequest = "repeat"
	failStage     = "fail"
)

// safeMethods change nothing where they arrive, and are sent again freely.
var safeMethods = []string{http.MethodGet, http.MethodHead, http.MethodOptions}

// attemptVersion is the version of attempt's schema.
const attemptVersion = 1

// attempt is what a stage remembers of its webhook. It is noted before a request that
// may change something leaves, so that after a crash it is known that the request may
// have arrived.
type attempt struct {
	// Number counts the attempts, from 1: each one that was answered and is to be
	// tried again is followed by another.
	Number int `json:"number"`
	// Sending says that the attempt's request was about to be sent.
	Sending bool `json:"sending,omitempty"`
	// Repeated counts how often a request of the stage was sent again without
	// knowing whether it had arrived.
	Repeated int `json:"repeated,omitempty"`
}

// beginAttempt finds out which attempt this run is. It answers a result that is Noted
// if the attempt has to be noted first, and an error if the request was interrupted
// and is not to be repeated.
func beginAttempt(in stage.Input, f fields) (attempt, stage.Result, error) {
	a := attempt{Number: 1}
	if slices.Contains(safeMethods, f.method) {
		return a, stage.Result{}, nil
	}
	if _, err := in.State.Decode(attemptVersion, &a); err != nil {
		return a, stage.Result{}, err
	}
	switch {
	case a.Sending && in.Noted:
		return a, stage.Result{}, nil
	case a.Sending && f.onInterruption == failStage:
		return a, stage.Result{Context: map[string]any{"webhook": map[string]any{"idempotencyKey": a.key(in)}}}, &stage.Error{
			Type: "InterruptedRequestException",
			Message: fmt.Sprintf("Gennaker was interrupted while it sent the %s request to %s, so it is unknown whether the request arrived. "+
				"The stage is set not to repeat it (onInterruption: fail). Look for the request with the header %s: %s at the receiver. "+
				"If it didn't arrive, restart the stage to send it again.", f.method, f.url, keyHeader, a.key(in)),
		}
	case a.Sending:
		a.Repeated++
		logger(in).Warn("a webhook was interrupted; its request is sent again", "url", f.url, "idempotencyKey", a.key(in))
	}
	a.Sending = true
	state, err := stage.NewState(attemptVersion, a)
	return a, stage.Note(state), err
}

// key is the attempt's idempotency key: the same whenever its request is sent, and
// another one for each attempt and each restart of the stage.
func (a attempt) key(in stage.Input) string {
	if a.Number == 0 {
		a.Number = 1
	}
	return fmt.Sprintf("%s-%s-%d-%d", in.Execution.ID, in.Stage.ID, in.Stage.StartTime, a.Number)
}

// notSent is the failure of an attempt whose request was not sent: it can't be, or its
// URL is not allowed or has a host that can't be resolved, which ends the stage as in
// Orca.
func (a attempt) notSent(ctx context.Context, in stage.Input, f fields, err error) (stage.Result, error) {
	status := model.Terminal
	if ctx.Err() != nil || !isUnknownHost(err) && stage.IsRetryable(err) {
		status, err = model.Running, stage.Retryable(fmt.Errorf("send the webhook to %s: %w", f.url, err))
	} else {
		err = &stage.Error{Type: "IllegalArgumentException", Message: err.Error(), Cause: err}
	}
	result, stateErr := a.end(in, stage.Result{Status: status}, false)
	return result, errors.Join(err, stateErr)
}

// end makes the attempt's result one that remembers what the next run must know, and
// that tells people how often the request was repeated.
func (a attempt) end(in stage.Input, result stage.Result, answered bool) (stage.Result, error) {
	if webhook := model.Object(result.Context, "webhook"); webhook != nil && a.Repeated > 0 {
		webhook["repeated"], webhook["idempotencyKey"] = a.Repeated, a.key(in)
	}
	if !a.Sending {
		return result, nil
	}
	if result.Status != model.Running {
		return result.Remember(&stage.State{}), nil
	}
	a.Sending = false
	if answered {
		a.Number++
	}
	state, err := stage.NewState(attemptVersion, a)
	return result.Remember(state), err
}

// Package judgment is the manualJudgment stage: it waits until a person says
// continue or stop. Fields, rules and names are those of Orca's
// ManualJudgmentStage. Two rules are this project's own: preventSelfApproval,
// which Deck only hides a button for, is enforced here, and a judgment that has
// ended can't be changed.
package judgment

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// Name is the stage type's key.
const Name = "manualJudgment"

// Class is Orca's name of the task.
const Class = "com.netflix.spinnaker.orca.echo.pipeline.ManualJudgmentStage.WaitForManualJudgmentTask"

// errorKey is the context's key for why a judgment was not accepted.
const errorKey = "judgmentError"

//go:embed schema.json
var schema []byte

// Roles tells the roles of a user. It is called by any number of tasks at a
// time. An error leaves the judgment pending, and it is asked again.
type Roles interface {
	RolesOf(ctx context.Context, user string) (roles []string, admin bool, err error)
}

// Options are what the stage needs from outside; all may be left out.
type Options struct {
	// Roles is asked where a stage names roles that may judge; without it
	// anyone may, as in Orca without Fiat.
	Roles Roles
	// Notifier tells people that a judgment is due or made.
	Notifier Notifier
}

// Type is the manualJudgment stage.
func Type(options Options) *stage.Type {
	return &stage.Type{
		Name:        Name,
		Label:       "Manual judgment",
		Description: "Waits until someone approves.",
		Schema:      schema,
		Definition:  definition{},
		Tasks:       map[string]stage.Task{Class: task{options}},
	}
}

type definition struct{}

func (definition) Tasks(engine.View) ([]engine.TaskSpec, error) {
	return []engine.TaskSpec{{Name: "waitForJudgment", Class: Class}}, nil
}

// PrepareForRestart forgets the judgment.
func (definition) PrepareForRestart(context map[string]any) map[string]any {
	return model.Without(context, "judgmentStatus", "lastModifiedBy", errorKey)
}

// CheckPatch refuses to change a judgment that has ended, or whose execution has
// ended or been canceled: who judged decides as whom later stages run, so that it
// must stay as it was. Orca takes any change at any time.
func (definition) CheckPatch(view engine.View, _ map[string]any) error {
	s, e := view.Stage, view.Execution
	switch {
	case s.Status.Complete():
		who := ""
		if s.LastModified != nil && s.LastModified.User != "" {
			who = ", judged by " + s.LastModified.User
		}
		return fault.New(fault.Conflict, "The judgment %q has ended (%s%s) and can't be changed. Restart the stage to judge again.", s.Name, s.Status, who)
	case e.Status.Complete():
		return fault.New(fault.Conflict, "The judgment %q can't be changed: execution %s has ended (%s).", s.Name, e.ID, e.Status)
	case e.Canceled:
		return fault.New(fault.Conflict, "The judgment %q can't be changed: execution %s has been canceled.", s.Name, e.ID)
	}
	return nil
}

// AuthenticatedUser is who the stages after this one run as: the judge, where
// the stage has propagateAuthenticationContext, was not skipped, and a known
// person said continue. The nearest such ancestor of a stage decides, as in
// Orca's AuthenticationAware; where its judge is unknown, the execution's user
// stays.
func AuthenticatedUser(s *model.Stage) (judge *model.Authentication, decides bool) {
	if s.Type != Name || s.Status == model.Skipped || !model.Bool(s.Context, "propagateAuthenticationContext", false) {
		return nil, false
	}
	if stateOf(s.Context) != stateContinue || s.LastModified == nil || s.LastModified.User == "" {
		return nil, true
	}
	return &model.Authentication{
		User: s.LastModified.User, AllowedAccounts: slices.Clone(s.LastModified.AllowedAccounts),
	}, true
}

// The states of a judgment, each with the name of its notification.
const (
	statePending  = "manualJudgment"
	stateContinue = "manualJudgmentContinue"
	stateStop     = "manualJudgmentStop"
)

func stateOf(context map[string]any) string {
	switch strings.ToLower(model.String(context, "judgmentStatus")) {
	case "continue":
		return stateContinue
	case "stop":
		return stateStop
	}
	return statePending
}

type task struct{ options Options }

// Backoff and Timeout are those of Orca's task.
func (task) Backoff(stage.Input) time.Duration { return 15 * time.Second }

func (task) Timeout(stage.Input) (time.Duration, bool) { return 3 * 24 * time.Hour, true }

func (t task) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	state := stateOf(in.Stage.Context)
	changes := map[string]any{}
	if state != statePending {
		refusal, err := t.refusal(ctx, in, state)
		if err != nil {
			return stage.Result{}, stage.Retryable(err)
		}
		if refusal != "" {
			state = statePending
			changes["judgmentStatus"], changes[errorKey] = "", refusal
		} else if model.String(in.Stage.Context, errorKey) != "" {
			changes[errorKey] = ""
		}
	}
	if list, changed := t.notify(ctx, in, state); changed {
		changes["notifications"] = list
	}
	result := stage.Running()
	switch state {
	case stateContinue:
		result = stage.Succeeded()
	case stateStop:
		result = stage.Failed()
	}
	if len(changes) > 0 {
		result.Context = changes
	}
	return result, nil
}

// refusal says why this judge's judgment can't be accepted, or "".
func (t task) refusal(ctx context.Context, in stage.Input, state string) (string, error) {
	judge := ""
	if in.Stage.LastModified != nil {
		judge = in.Stage.LastModified.User
	}
	if state == stateContinue && model.Bool(in.Stage.Context, "preventSelfApproval", false) {
		switch {
		case judge == "":
			return "The person who started the execution can't approve this stage, and the approver is unknown. " +
				"Sign in and approve it again.", nil
		case startedBy(in.Execution, judge):
			return fmt.Sprintf("%s started this execution and so may not approve it: the stage has preventSelfApproval. "+
				"Someone else must judge.", judge), nil
		}
	}
	required := model.Strings(in.Stage.Context, "requiredJudgmentRoles")
	if len(required) == 0 {
		required = model.Strings(in.Stage.Context, "selectedStageRoles")
	}
	if len(required) == 0 || t.options.Roles == nil {
		return "", nil
	}
	if judge != "" {
		roles, admin, err := t.options.Roles.RolesOf(ctx, judge)
		if err != nil {
			return "", fmt.Errorf("look up the roles of %s: %w", judge, err)
		}
		if admin || slices.ContainsFunc(roles, func(role string) bool { return slices.Contains(required, role) }) {
			return "", nil
		}
	} else {
		judge = "A person who isn't signed in"
	}
	return fmt.Sprintf("%s can't judge this stage: one of these roles is required: %s.", judge, strings.Join(required, ", ")), nil
}

// startedBy tells whether the execution was started by this user, by hand or
// through the trigger.
func startedBy(execution *model.Execution, user string) bool {
	return strings.EqualFold(execution.User(), user) ||
		strings.EqualFold(model.String(execution.Trigger, "user"), user)
}

// Package notifyowner has the stages that call on people: jira, which opens an
// issue, and pageApplicationOwner, which pages whoever is on call for
// applications. Fields, rules and names are those of Orca's JiraStage and
// PageApplicationOwnerStage; what they send is what Orca sends to Echo.
package notifyowner

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// The kinds of notification that the stages send.
const (
	jira      = "JIRA"
	pagerDuty = "PAGER_DUTY"
)

// ErrNotConfigured is what a notifier answers where nothing is set up for a
// kind of notification.
var ErrNotConfigured = errors.New("notifyowner: not configured")

// Notification is what is sent, in the shape of Echo's POST /notifications.
type Notification struct {
	// ID is the same for every try to send this one notification, so that it
	// need not be sent twice.
	ID string `json:"-"`
	// Type is JIRA or PAGER_DUTY.
	Type string `json:"notificationType"`
	// To are service keys of PagerDuty, or the user who reports the issue.
	To []string `json:"to,omitempty"`
	// Source says whose notification it is.
	Source Source `json:"source"`
	// AdditionalContext is a page's message and details, or an issue's
	// issueContext: what is posted to Jira.
	AdditionalContext map[string]any `json:"additionalContext"`
}

// Source says where a notification comes from.
type Source struct {
	ExecutionType string `json:"executionType,omitempty"`
	ExecutionID   string `json:"executionId,omitempty"`
	Application   string `json:"application,omitempty"`
	User          string `json:"user,omitempty"`
}

// Notifier sends notifications and gives back what the service has answered.
// It is called by any number of tasks at a time. Faults of kind Invalid,
// NotFound and Forbidden, and ErrNotConfigured, are lasting; any other error
// has it called again.
type Notifier interface {
	Notify(ctx context.Context, n Notification) (map[string]any, error)
}

// Applications finds applications; one that isn't there is a fault of kind
// NotFound.
type Applications interface {
	Application(ctx context.Context, name string) (model.Application, error)
}

// Types are the stages of this package. Without a notifier they fail at once.
func Types(notifier Notifier, applications Applications) []*stage.Type {
	return []*stage.Type{
		{
			Name: "jira", Label: "Jira: Create Issue", Description: "Creates an issue in Jira.", Schema: jiraSchema,
			Definition: plan{{Name: "createJiraIssue", Class: jiraClass}},
			Tasks:      map[string]stage.Task{jiraClass: jiraTask{notifier}},
		},
		{
			Name: "pageApplicationOwner", Label: "Page Application Owner", Description: "Pages the people on call for applications.",
			Schema:     pageSchema,
			Definition: plan{{Name: "pageApplicationOwner", Class: pageClass}},
			Tasks:      map[string]stage.Task{pageClass: pageTask{notifier, applications}},
		},
	}
}

// plan is a definition that is the same for every stage.
type plan []engine.TaskSpec

// Tasks gives the plan.
func (p plan) Tasks(engine.View) ([]engine.TaskSpec, error) { return p, nil }

// longest is how long a service may take to answer.
const longest = 30 * time.Second

// send sends a notification on behalf of a stage.
func send(ctx context.Context, notifier Notifier, in stage.Input, what string, n Notification) (map[string]any, error) {
	if notifier == nil {
		return nil, notConfigured(what)
	}
	n.ID = fmt.Sprintf("%s/%s/%d", in.Execution.ID, in.Stage.ID, in.Stage.StartTime)
	n.Source = Source{
		ExecutionType: string(in.Execution.Type), ExecutionID: in.Execution.ID, Application: in.Execution.Application, User: in.Principal().Name,
	}
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	answer, err := notifier.Notify(ctx, n)
	switch {
	case err == nil:
		return answer, nil
	case errors.Is(err, ErrNotConfigured):
		return nil, notConfigured(what)
	}
	return nil, stage.Failure(stage.HTTPException, fmt.Errorf("notify %s: %w", what, err))
}

func notConfigured(what string) error {
	return &stage.Error{Type: "UnsupportedOperationException", Message: what + " can't be notified: no notifications for it are configured here"}
}

package notifyowner

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// jiraClass is Orca's name of the task.
const jiraClass = "com.netflix.spinnaker.orca.echo.tasks.CreateJiraIssueTask"

//go:embed jira.json
var jiraSchema []byte

// jiraTask opens an issue.
type jiraTask struct{ notifier Notifier }

// Backoff and Timeout are those of Orca's CreateJiraIssueTask.
func (jiraTask) Backoff(stage.Input) time.Duration { return 30 * time.Second }

// Timeout is how long it is tried.
func (jiraTask) Timeout(stage.Input) (time.Duration, bool) { return 5 * time.Minute, false }

// Run sends the stage's fields, and its update, as they are.
func (t jiraTask) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	fields := model.Object(in.Stage.Context, "fields")
	if model.Object(fields, "project") == nil {
		return stage.Result{}, incomplete("project")
	}
	if model.String(fields, "description") == "" {
		return stage.Result{}, incomplete("description")
	}
	issue := map[string]any{"fields": fields}
	if update := model.Object(in.Stage.Context, "update"); update != nil {
		issue["update"] = update
	}
	n := Notification{Type: jira, AdditionalContext: map[string]any{"issueContext": issue}}
	if reporter := model.String(model.Object(fields, "reporter"), "name"); reporter != "" {
		n.To = []string{reporter}
	}
	answer, err := send(ctx, t.notifier, in, "Jira", n)
	if err != nil {
		return stage.Result{}, err
	}
	return stage.Succeeded().With(map[string]any{"createJiraIssueResponse": answer}), nil
}

func incomplete(field string) error {
	return &stage.Error{Type: "CreateJiraIssueException", Message: fmt.Sprintf("Failed to create Jira Issue: fields.%s is missing", field)}
}

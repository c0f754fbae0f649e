package notifyowner_test

import (
	"context"
	"fmt"
	"reflect"
	"testing"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/notifyowner"
)

type (
	object = map[string]any
	list   = []any
)

type notifier struct {
	sent []notifyowner.Notification
	err  error
}

func (n *notifier) Notify(_ context.Context, notification notifyowner.Notification) (map[string]any, error) {
	n.sent = append(n.sent, notification)
	return object{"value": object{"key": "OPS-1"}}, n.err
}

type applications struct{ err error }

func (a applications) Application(_ context.Context, name string) (model.Application, error) {
	switch name {
	case "web", "api":
		return model.Application{"name": name, "pdApiKey": name + "-key"}, a.err
	case "mute":
		return model.Application{"name": name}, a.err
	}
	return nil, fault.New(fault.NotFound, "no application %s", name)
}

func run(t *testing.T, n notifyowner.Notifier, apps applications, kind string, c object) (stage.Result, error) {
	t.Helper()
	types := stage.NewRegistry(notifyowner.Types(n, apps)...)
	s := &model.Stage{ID: "S", Type: kind, Context: c, StartTime: 9}
	view := engine.View{Stage: s, Execution: &model.Execution{
		ID: "E", Application: "web", Type: model.PipelineExecution, Authentication: &model.Authentication{User: "me"},
	}}
	definition, _ := types.Definition(s)
	specs, err := definition.Tasks(view)
	if err != nil || len(specs) != 1 {
		t.Fatalf("got %v, %v", specs, err)
	}
	task, ok := types.Task(s, specs[0].Class)
	if !ok {
		t.Fatalf("no task %s", specs[0].Class)
	}
	return task.Run(t.Context(), stage.Input{View: view})
}

func source() notifyowner.Source {
	return notifyowner.Source{ExecutionType: "PIPELINE", ExecutionID: "E", Application: "web", User: "me"}
}

func issue() object {
	return object{"fields": object{"project": object{"key": "OPS"}, "description": "it burns", "reporter": object{"name": "you"}, "customfield_1": 5}}
}

func TestJira(t *testing.T) {
	t.Parallel()
	n := &notifier{}
	c := issue()
	c["update"] = object{"issuelinks": list{}}
	result, err := run(t, n, applications{}, "jira", c)
	if err != nil || result.Status != model.Succeeded || !reflect.DeepEqual(result.Context["createJiraIssueResponse"], object{"value": object{"key": "OPS-1"}}) {
		t.Fatalf("got %v, %v", result, err)
	}
	want := []notifyowner.Notification{{
		ID: "E/S/9", Type: "JIRA", To: []string{"you"}, Source: source(), AdditionalContext: object{"issueContext": c},
	}}
	if !reflect.DeepEqual(n.sent, want) {
		t.Errorf("sent %v", n.sent)
	}
}

func TestPage(t *testing.T) {
	t.Parallel()
	n := &notifier{}
	result, err := run(t, n, applications{}, "pageApplicationOwner", object{
		"applications": list{"web", "api"}, "keys": list{"x"}, "message": "wake up", "details": object{"why": "fire"},
	})
	if err != nil || result.Status != model.Succeeded {
		t.Fatalf("got %v, %v", result, err)
	}
	want := []notifyowner.Notification{{
		ID: "E/S/9", Type: "PAGER_DUTY", To: []string{"x", "web-key", "api-key"}, Source: source(),
		AdditionalContext: object{"message": "wake up", "details": object{"why": "fire", "from": "me"}},
	}}
	if !reflect.DeepEqual(n.sent, want) {
		t.Errorf("sent %v", n.sent)
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	page := func(applications ...any) object { return object{"applications": applications, "message": "x"} }
	tests := []struct {
		name, kind string
		notifier   notifyowner.Notifier
		apps       applications
		context    object
		want       string
		retry      bool
	}{
		{"no notifier", "jira", nil, applications{}, issue(), "Jira can't be notified: no notifications for it are configured here", false},
		{
			"not configured", "pageApplicationOwner", &notifier{err: fmt.Errorf("x: %w", notifyowner.ErrNotConfigured)}, applications{}, page("web"),
			"PagerDuty can't be notified: no notifications for it are configured here", false,
		},
		{"refused", "jira", &notifier{err: fault.New(fault.Invalid, "no such project")}, applications{}, issue(), "notify Jira: no such project", false},
		{"away", "jira", &notifier{err: fault.New(fault.Unavailable, "away")}, applications{}, issue(), "notify Jira: away", true},
		{"no project", "jira", &notifier{}, applications{}, object{}, "Failed to create Jira Issue: fields.project is missing", false},
		{
			"no description", "jira", &notifier{}, applications{}, object{"fields": object{"project": object{}}},
			"Failed to create Jira Issue: fields.description is missing", false,
		},
		{"one without a key", "pageApplicationOwner", &notifier{}, applications{}, page("web", "mute"), "mute does not have a pager duty service key.", false},
		{"two without", "pageApplicationOwner", &notifier{}, applications{}, page("gone", "mute"), "gone, mute do not have a pager duty service key.", false},
		{"nobody", "pageApplicationOwner", &notifier{}, applications{}, page(), "There is no one to page: applications and keys are empty", false},
		{"no store", "pageApplicationOwner", &notifier{}, applications{fault.New(fault.Unavailable, "away")}, page("web"), "read application web: away", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := run(t, test.notifier, test.apps, test.kind, test.context)
			if err == nil || err.Error() != test.want || stage.IsRetryable(err) != test.retry {
				t.Errorf("got %v", err)
			}
		})
	}
	if _, err := stage.NewValidator(stage.NewRegistry(notifyowner.Types(nil, nil)...)); err != nil {
		t.Error(err)
	}
}

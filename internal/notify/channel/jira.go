package channel

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
)

// jira is the channel jira: issues for the stage that opens one.
type jira struct {
	config JiraConfig
	parts  Parts
}

func newJira(c JiraConfig, parts Parts) *jira { return &jira{c, parts} }

// Describe implements [Channel].
func (j *jira) Describe() Description {
	return Description{
		Type: "jira", Title: "Jira", Fields: map[string]any{"type": "object", "properties": map[string]any{}}, Pace: Pace{Burst: 5, Every: time.Second},
		Missing: missing("jira", "enabled", j.config.Enabled, "baseUrl", j.config.BaseURL != ""),
	}
}

// SendMessage implements [MessageSender]: it opens an issue, or moves one on.
func (j *jira) SendMessage(ctx context.Context, m notify.Message) (any, error) {
	if transition := model.Object(m.Context, "transitionContext"); transition != nil {
		return nil, j.transition(ctx, model.String(m.Context, "jiraIssue"), transition, model.String(m.Context, "comment"))
	}
	issue := maps.Clone(model.Object(m.Context, "issueContext"))
	if issue == nil {
		return nil, fault.New(fault.Invalid, "additionalContext.issueContext: is missing; it holds the issue's fields")
	}
	maps.Copy(issue, model.Object(issue, "details"))
	delete(issue, "details")
	answer, err := j.call(ctx, http.MethodPost, "issue/", issue)
	if err != nil {
		return nil, err
	}
	return map[string]any{"id": model.String(answer, "id"), "key": model.String(answer, "key"), "self": model.String(answer, "self")}, nil
}

// transition moves an issue on by a transition's name.
func (j *jira) transition(ctx context.Context, issue string, change map[string]any, comment string) error {
	if issue == "" {
		return fault.New(fault.Invalid, "additionalContext.jiraIssue: is missing; it names the issue")
	}
	path := "issue/" + url.PathEscape(issue) + "/"
	answer, err := j.call(ctx, http.MethodGet, path+"transitions", nil)
	if err != nil {
		return err
	}
	name := model.String(model.Object(change, "transition"), "name")
	var id string
	var names []string
	for _, t := range model.Objects(answer, "transitions") {
		names = append(names, model.String(t, "name"))
		if id == "" && names[len(names)-1] == name {
			id = model.String(t, "id")
		}
	}
	if id == "" {
		return fault.New(fault.Invalid, "Jira: issue %s has no transition %q; there are: %s", fault.Short(issue), fault.Short(name), strings.Join(names, ", "))
	}
	change = model.Merge(change, map[string]any{"transition": model.Merge(model.Object(change, "transition"), map[string]any{"id": id})})
	if _, err := j.call(ctx, http.MethodPost, path+"transitions", change); err != nil {
		return err
	}
	if comment == "" {
		return nil
	}
	_, err = j.call(ctx, http.MethodPost, path+"comment", map[string]any{"body": comment})
	return err
}

func (j *jira) call(ctx context.Context, method, path string, body map[string]any) (map[string]any, error) {
	password, err := reveal(ctx, j.parts.Secrets, "jira.password", j.config.Password)
	if err != nil {
		return nil, err
	}
	c, err := post("Jira", j.parts.Fixed, base(j.config.BaseURL, "")+"/rest/api/2/"+path, body)
	if err != nil {
		return nil, err
	}
	if c.method = method; body == nil {
		c.body, c.content = nil, ""
	}
	if j.config.Username != "" {
		c.header.Set("Authorization", "Basic "+basic(j.config.Username, password))
		c.hide = []string{password, basic(j.config.Username, password)}
	}
	c.header.Set("Accept", "application/json")
	answer, err := c.do(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]any{}
	if len(answer.body) > 0 {
		if err := json.Unmarshal(answer.body, &out); err != nil {
			return nil, fmt.Errorf("send to Jira: its answer is no JSON object")
		}
	}
	return out, nil
}

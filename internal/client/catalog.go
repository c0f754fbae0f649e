package client

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// Version is the version that the server gives.
func (c *Client) Version(ctx context.Context) (string, error) {
	out, err := fetch[map[string]any](ctx, c, get("version"))
	return model.String(out, "version"), err
}

// Applications lists the applications, each as its attributes.
func (c *Client) Applications(ctx context.Context) ([]model.Application, error) {
	return fetch[[]model.Application](ctx, c, get("applications"))
}

// Application reads an application's attributes.
func (c *Client) Application(ctx context.Context, name string) (model.Application, error) {
	var out map[string]any
	err := c.do(ctx, get("applications", name).with("expand", "false"), &out)
	return model.Object(out, "attributes"), err
}

// SaveApplication creates an application, or changes the attributes that are
// given.
func (c *Client) SaveApplication(ctx context.Context, app model.Application, exists bool) error {
	kind, verb := "createApplication", "Create Application: "
	if exists {
		kind, verb = "updateApplication", "Update Application: "
	}
	return c.RunTask(ctx, app.Name(), verb+app.Name(), map[string]any{"type": kind, "application": app})
}

// DeleteApplication deletes an application with its pipelines.
func (c *Client) DeleteApplication(ctx context.Context, name string) error {
	return c.RunTask(ctx, name, "Deleting Application: "+name, map[string]any{
		"type": "deleteApplication", "application": map[string]any{"name": name},
	})
}

// Flavour tells pipelines from deployment strategies.
type Flavour int

// The flavours.
const (
	Pipelines Flavour = iota
	Strategies
)

func (f Flavour) under() string {
	if f == Strategies {
		return "strategyConfigs"
	}
	return "pipelineConfigs"
}

func (f Flavour) root() string {
	if f == Strategies {
		return "strategies"
	}
	return "pipelines"
}

// Configs lists an application's pipeline or strategy configurations.
func (c *Client) Configs(ctx context.Context, f Flavour, application string) ([]model.Pipeline, error) {
	return fetch[[]model.Pipeline](ctx, c, get("applications", application, f.under()))
}

// Config reads a pipeline or strategy configuration by its name.
func (c *Client) Config(ctx context.Context, f Flavour, application, name string) (model.Pipeline, error) {
	return fetch[model.Pipeline](ctx, c, get("applications", application, f.under(), name))
}

// SaveConfig stores a configuration; one with an id replaces that id's. Where
// stale is set, the server refuses one that was saved by someone else since.
// The warnings are the server's, about what it took all the same.
func (c *Client) SaveConfig(ctx context.Context, f Flavour, config model.Pipeline, stale bool) (warnings []string, err error) {
	r := request{method: http.MethodPost, segments: []string{f.root()}, body: config}
	if stale {
		r = r.with("staleCheck", "true")
	}
	r.answered = func(header http.Header) { warnings = warningsOf(header) }
	err = c.do(ctx, r, nil)
	return warnings, err
}

// warningsOf reads the texts of Warning headers: 199 - "text".
func warningsOf(header http.Header) []string {
	var out []string
	for _, value := range header.Values("Warning") {
		if _, quoted, ok := strings.Cut(value, "\""); ok {
			if text, err := strconv.Unquote("\"" + quoted); err == nil {
				out = append(out, text)
			}
		}
	}
	return out
}

// DeleteConfig deletes a configuration by its name.
func (c *Client) DeleteConfig(ctx context.Context, f Flavour, application, name string) error {
	return c.do(ctx, request{method: http.MethodDelete, segments: []string{f.root(), application, name}}, nil)
}

// ConfigHistory lists a pipeline configuration's revisions, newest first.
func (c *Client) ConfigHistory(ctx context.Context, id string, limit int) ([]model.Pipeline, error) {
	return fetch[[]model.Pipeline](ctx, c, get("pipelineConfigs", id, "history").with("limit", strconv.Itoa(limit)))
}

// Projects lists the projects.
func (c *Client) Projects(ctx context.Context) ([]map[string]any, error) {
	return fetch[[]map[string]any](ctx, c, get("projects"))
}

// SaveProject creates a project, or replaces the one of its id.
func (c *Client) SaveProject(ctx context.Context, project map[string]any) error {
	return c.RunTask(ctx, "spinnaker", "Save project: "+model.String(project, "name"), map[string]any{
		"type": "upsertProject", "project": project,
	})
}

// Templates lists the pipeline templates.
func (c *Client) Templates(ctx context.Context) ([]map[string]any, error) {
	return fetch[[]map[string]any](ctx, c, request{method: http.MethodGet, segments: []string{"v2", "pipelineTemplates"}}.with("scopes", ""))
}

// SaveTemplate creates or changes a pipeline template, and waits for it.
func (c *Client) SaveTemplate(ctx context.Context, template map[string]any, exists bool) error {
	segments := []string{"v2", "pipelineTemplates", "create"}
	if exists {
		segments = []string{"v2", "pipelineTemplates", "update", model.String(template, "id")}
	}
	var answer map[string]any
	if err := c.do(ctx, request{method: http.MethodPost, segments: segments, body: template}, &answer); err != nil {
		return err
	}
	if model.String(answer, "ref") == "" {
		return nil
	}
	return c.await(ctx, model.String(answer, "ref"))
}

// Notifications reads an application's notification settings; empty where it
// has none.
func (c *Client) Notifications(ctx context.Context, application string) (map[string]any, error) {
	var out map[string]any
	err := c.do(ctx, get("notifications", "application", application), &out)
	if IsNotFound(err) {
		return nil, nil
	}
	return out, err
}

// SaveNotifications replaces an application's notification settings.
func (c *Client) SaveNotifications(ctx context.Context, application string, settings map[string]any) error {
	return c.do(ctx, request{method: http.MethodPost, segments: []string{"notifications", "application", application}, body: settings}, nil)
}

// Accounts lists the cloud accounts.
func (c *Client) Accounts(ctx context.Context) ([]map[string]any, error) {
	return fetch[[]map[string]any](ctx, c, get("credentials").with("expand", "true"))
}

// Account reads a cloud account.
func (c *Client) Account(ctx context.Context, name string) (map[string]any, error) {
	return fetch[map[string]any](ctx, c, get("credentials", name))
}

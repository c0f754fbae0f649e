package echo

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// igor answers for Igor, as the case says.
type igor struct{ answers map[string]any }

// read decodes the answer to a path.
func (i igor) read(path string, into any) (status int, err error) {
	answer, ok := i.answers["GET "+path]
	for pattern, value := range i.answers {
		if start, open := strings.CutSuffix(pattern, "*"); !ok && open && strings.HasPrefix("GET "+path, start) {
			answer, ok = value, true
		}
	}
	if !ok {
		answer = float64(http.StatusNotFound)
	}
	if status, failed := answer.(float64); failed {
		return int(status), fmt.Errorf("GET %s: status %v", path, status)
	}
	text, err := json.Marshal(answer)
	if err != nil {
		return 0, err
	}
	return http.StatusOK, model.Unmarshal(text, into)
}

// Build implements trigger.Builds.
func (i igor) Build(_ context.Context, master, job string, number int64, _ string) (map[string]any, error) {
	var out map[string]any
	_, err := i.read(fmt.Sprintf("/builds/status/%d/%s/%s", number, master, job), &out)
	return out, err
}

// Properties implements trigger.Builds.
func (i igor) Properties(_ context.Context, master, job string, number int64, file, _ string) (map[string]any, error) {
	var out map[string]any
	_, err := i.read(fmt.Sprintf("/builds/properties/%d/%s/%s/%s", number, file, master, job), &out)
	return out, err
}

// Artifacts implements trigger.Builds.
func (i igor) Artifacts(_ context.Context, master, job string, number int64, file, _ string) ([]any, error) {
	var out []any
	_, err := i.read(fmt.Sprintf("/builds/artifacts/%d/%s/%s?propertyFile=%s", number, master, job, file), &out)
	return out, err
}

// Package implements trigger.Packages.
func (i igor) Package(_ context.Context, repository, name, version, _ string) (map[string]any, bool, error) {
	var out map[string]any
	status, err := i.read(fmt.Sprintf("/artifacts/%s/%s/%s", repository, name, version), &out)
	if status == http.StatusNotFound {
		return nil, false, nil
	}
	return out, err == nil, err
}

// fiat answers for Fiat, as the case says.
type fiat map[string]any

// may tells whether a user may start an application's pipelines.
func (f fiat) may(user, application string) bool {
	answer, ok := f["/authorize/"+user].(map[string]any)
	if !ok {
		answer, ok = f["/authorize/"+url.PathEscape(user)].(map[string]any)
	}
	if !ok {
		return false
	}
	if model.Bool(answer, "admin", false) {
		return true
	}
	return slices.ContainsFunc(model.Objects(answer, "applications"), func(a map[string]any) bool {
		return strings.EqualFold(model.String(a, "name"), application) && slices.Contains(model.Strings(a, "authorizations"), "EXECUTE")
	})
}

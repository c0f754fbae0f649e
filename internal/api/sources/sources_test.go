package sources_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/resource"
)

// fixed are two registries, and a subscription that nobody has looked at.
type fixed struct{ err error }

func (f fixed) List(_ context.Context, filter resource.Filter) ([]resource.Resource, error) {
	ready := func(status resource.Status, reason, message string) []resource.Condition {
		return []resource.Condition{{Type: resource.Ready, Status: status, Reason: reason, Message: message}}
	}
	return map[string][]resource.Resource{
		"registry": {
			{
				Kind: "registry", Name: "docker/hub", Conditions: ready(resource.True, "Ready", ""),
				Status: []byte(`{"lastSuccess": 7, "lastAttempt": 7, "lag": 0, "events": 3, "more": "x"}`),
			},
			{
				Kind: "registry", Name: "docker/old", Conditions: ready(resource.False, "Failed", "it doesn't answer"),
				Status: []byte(`{"lastSuccess": 5, "lastAttempt": 9, "lag": 4, "error": "no answer"}`),
			},
		},
		"subscription": {{Kind: "subscription", Name: "builds"}},
	}[filter.Kind], f.err
}

func TestSources(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(p *apitest.Parts) { p.Resources = fixed{} })
	require.Equal(t, []apitest.Object{
		{
			"kind": "registry", "name": "docker/old", "ready": "False", "reason": "Failed", "message": "it doesn't answer",
			"lastSuccess": json.Number("5"), "lastAttempt": json.Number("9"), "lag": json.Number("4"), "events": json.Number("0"), "error": "no answer",
		},
		{
			"kind": "subscription", "name": "builds", "ready": "Unknown", "reason": "", "message": "",
			"lastSuccess": json.Number("0"), "lastAttempt": json.Number("0"), "lag": json.Number("0"), "events": json.Number("0"), "error": "",
		},
		{
			"kind": "registry", "name": "docker/hub", "ready": "True", "reason": "Ready", "message": "",
			"lastSuccess": json.Number("7"), "lastAttempt": json.Number("7"), "lag": json.Number("0"), "events": json.Number("3"), "error": "",
		},
	}, k.Get("/triggers/sources").Is(http.StatusOK).List())
	require.Empty(t, apitest.New(t).Get("/triggers/sources").Is(http.StatusOK).List())
	broken := apitest.New(t, func(p *apitest.Parts) { p.Resources = fixed{errors.New("away")} })
	broken.Get("/triggers/sources").Is(http.StatusInternalServerError)
}

func TestOnlyAdministratorsSeeSources(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(p *apitest.Parts) {
		p.Resources = fixed{}
		p.Identify = func(r *http.Request) (access.Principal, error) {
			name := r.Header.Get("X-Login")
			return access.Principal{Name: name, Admin: name == "root"}, nil
		}
	})
	k.Call(http.MethodGet, "/triggers/sources", nil, "X-Login", "ann").Refused(http.StatusForbidden, "Access is denied")
	k.Call(http.MethodGet, "/triggers/sources", nil, "X-Login", "root").Is(http.StatusOK)
}

package api_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/model"
)

func TestWhoStarts(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(d *apitest.Parts) { d.Clouds = apitest.TwoAccounts{} })
	whole := object{"application": "demo", "name": "x", "stages": list{apitest.WaitStage("1", 0)}}
	for _, c := range []struct {
		headers        []string
		user, origin   string
		accounts       []string
		triggerDefault string
	}{
		{nil, "anonymous", "unknown", []string{"open"}, "anonymous"},
		{[]string{"X-SPINNAKER-USER", "me", "X-SPINNAKER-USER-ORIGIN", "cli", "X-SPINNAKER-ACCOUNTS", "a, b"}, "me", "cli", []string{"a", "b"}, "me"},
		{[]string{"X-RateLimit-App", "deck"}, "anonymous", "deck", []string{"open"}, "anonymous"},
	} {
		e := k.Ended(apitest.IDOf(k.Call(http.MethodPost, "/orchestrate", whole, c.headers...).Is(http.StatusOK)))
		if e.User() != c.user || e.Origin != c.origin || !slices.Equal(e.Authentication.AllowedAccounts, c.accounts) ||
			model.String(e.Trigger, "user") != c.triggerDefault {
			t.Errorf("%v: started by %+v from %s, trigger %v", c.headers, e.Authentication, e.Origin, e.Trigger)
		}
	}
}

func TestUserHeaderIsNotTrustedUnlessToldSo(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(d *apitest.Parts) { d.Config.TrustUserHeader = false })
	if got := k.Call(http.MethodGet, "/auth/user", nil, "X-SPINNAKER-USER", "root").Text("username"); got != "anonymous" {
		t.Errorf("user: %s", got)
	}
}

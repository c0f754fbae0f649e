package search_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/registry/notification"
	"github.com/gennaker/gennaker/internal/registry/search"
	"github.com/gennaker/gennaker/internal/secret"
	"github.com/gennaker/gennaker/internal/trigger"
	"github.com/gennaker/gennaker/internal/trigger/eventlog"
)

type object = map[string]any

// diary keeps the events that come.
type diary struct{ events []*trigger.Event }

func (d *diary) Receive(_ context.Context, e *trigger.Event) (eventlog.Received, error) {
	d.events = append(d.events, e)
	return eventlog.Received{EventID: "e1"}, nil
}

const token = "s3cret-of-jars"

func service(d *diary) *search.Service {
	ref := secret.NewRef(token)
	return search.New(search.Options{
		Artifactory: search.Artifactory{Enabled: true, Searches: []search.ArtifactorySearch{
			{Name: "jars", BaseURL: "https://a.example.com/artifactory/", Repo: "libs", GroupID: "com.acme", WebhookSecret: ref},
			{Name: "charts", RepoType: "helm", WebhookSecret: ref}, {Name: "open"},
		}},
		Nexus: search.Nexus{Enabled: true, Searches: []search.NexusSearch{
			{Name: "jars", BaseURL: "https://n.example.com", Repo: "releases", NodeID: "n1", WebhookSecret: ref}, {Name: "any", WebhookSecret: ref},
		}},
		Events: d,
	})
}

func jfrog(repo, path string) string {
	return `{"domain": "artifact", "event_type": "deployed", "data": {"repo_key": "` + repo + `", "path": "` + path + `", "sha256": "aa"}}`
}

func nexus(repo, name string) string {
	return `{"nodeId": "n1", "repositoryName": "` + repo + `", "action": "CREATED", "asset": {"format": "maven2", "name": "` + name + `"}}`
}

func TestPackages(t *testing.T) {
	t.Parallel()
	cart := object{"type": "maven/file", "name": "com.acme:cart", "version": "1.2", "reference": "com.acme:cart:1.2", "provenance": "libs", "location": "https://a.example.com/artifactory/libs/com/acme/cart/1.2/cart-1.2.pom"}
	for name, c := range map[string]struct {
		kind, search, body string
		want               object
	}{
		"a POM":             {"artifactory", "jars", jfrog("libs", "com/acme/cart/1.2/cart-1.2.pom"), cart},
		"a group below":     {"artifactory", "jars", jfrog("libs", "com/acme/x/cart/1.2/cart-1.2.pom"), object{"type": "maven/file", "name": "com.acme.x:cart", "version": "1.2", "reference": "com.acme.x:cart:1.2", "provenance": "libs", "location": "https://a.example.com/artifactory/libs/com/acme/x/cart/1.2/cart-1.2.pom"}},
		"another group":     {"artifactory", "jars", jfrog("libs", "com/acmeother/cart/1.2/cart-1.2.pom"), nil},
		"a JAR":             {"artifactory", "jars", jfrog("libs", "com/acme/cart/1.2/cart-1.2.jar"), nil},
		"another repo":      {"artifactory", "jars", jfrog("snapshots", "com/acme/cart/1.2/cart-1.2.pom"), nil},
		"a short path":      {"artifactory", "jars", jfrog("libs", "cart-1.2.pom"), nil},
		"deleted":           {"artifactory", "jars", `{"domain": "artifact", "event_type": "deleted", "data": {"repo_key": "libs", "path": "com/acme/cart/1.2/cart-1.2.pom"}}`, nil},
		"from the other":    {"artifactory", "charts", nexus("releases", "com/acme/cart/1.2/cart-1.2.pom"), nil},
		"a chart":           {"artifactory", "charts", jfrog("helm", "stable/web-cart-1.2.0-rc.1.tgz"), object{"type": "helm/chart", "name": "web-cart", "version": "1.2.0-rc.1", "reference": "web-cart-1.2.0-rc.1", "provenance": "helm"}},
		"a chart with a 2":  {"artifactory", "charts", jfrog("helm", "web-2-1.2.0.tgz"), object{"type": "helm/chart", "name": "web", "version": "2-1.2.0", "reference": "web-2-1.2.0", "provenance": "helm"}},
		"no chart":          {"artifactory", "charts", jfrog("helm", "index.yaml"), nil},
		"no version":        {"artifactory", "charts", jfrog("helm", "web-.tgz"), nil},
		"Nexus":             {"nexus", "jars", nexus("releases", "/com/acme/cart/1.2/cart-1.2.pom"), object{"type": "maven/file", "name": "com.acme:cart", "version": "1.2", "reference": "com.acme:cart:1.2", "provenance": "releases", "location": "https://n.example.com/repository/releases/com/acme/cart/1.2/cart-1.2.pom"}},
		"Nexus, any":        {"nexus", "any", nexus("r", "com/acme/cart/1.2/cart-1.2.pom"), object{"type": "maven/file", "name": "com.acme:cart", "version": "1.2", "reference": "com.acme:cart:1.2", "provenance": "r"}},
		"Nexus, other repo": {"nexus", "jars", nexus("snapshots", "com/acme/cart/1.2/cart-1.2.pom"), nil},
		"Nexus, other node": {"nexus", "jars", `{"nodeId": "n2", "repositoryName": "releases", "action": "CREATED", "asset": {"format": "maven2", "name": "com/acme/cart/1.2/cart-1.2.pom"}}`, nil},
		"Nexus, updated":    {"nexus", "any", `{"repositoryName": "r", "action": "UPDATED", "asset": {"format": "maven2", "name": "com/acme/cart/1.2/cart-1.2.pom"}}`, nil},
		"Nexus, docker":     {"nexus", "any", `{"repositoryName": "r", "action": "CREATED", "asset": {"format": "docker", "name": "v2/a/manifests/1"}}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &diary{}
			s := service(d)
			r := notification.Request{Header: http.Header{"X-Jfrog-Event-Auth": {token}}, Body: []byte(c.body)}
			for range 2 {
				id, err := s.Hear(t.Context(), c.kind, c.search, r)
				require.NoError(t, err)
				require.Equal(t, c.want != nil, id != "")
			}
			if c.want == nil {
				require.Empty(t, d.events)
				return
			}
			require.Len(t, d.events, 2)
			require.Equal(t, object{"name": c.search, "artifact": c.want}, d.events[0].Content)
			require.Equal(t, c.kind, d.events[0].Type)
			require.NotEmpty(t, d.events[0].Key)
			require.Equal(t, d.events[0].Key, d.events[1].Key, "a repeat")
		})
	}
}

func TestWhoMayTell(t *testing.T) {
	t.Parallel()
	d := &diary{}
	s := service(d)
	body := []byte(jfrog("libs", "com/acme/cart/1.2/cart-1.2.pom"))
	for name, c := range map[string]struct {
		kind, search, token string
		want                fault.Kind
		part                string
	}{
		"no token":   {"artifactory", "jars", "", fault.Forbidden, "webhookSecret"},
		"another":    {"artifactory", "jars", "x", fault.Forbidden, "webhookSecret"},
		"no secret":  {"artifactory", "open", token, fault.Forbidden, "an administrator must set artifactory.searches[].webhookSecret"},
		"no search":  {"nexus", "none", token, fault.NotFound, "nexus.searches"},
		"other kind": {"nexus", "charts", token, fault.NotFound, "charts"},
	} {
		_, err := s.Hear(t.Context(), c.kind, c.search, notification.Request{Header: http.Header{"X-Jfrog-Event-Auth": {c.token}}, Body: body})
		require.Equal(t, c.want, fault.KindOf(err), name)
		require.ErrorContains(t, err, c.part, name)
	}
	_, err := s.Hear(t.Context(), "nexus", "any", notification.Request{Header: http.Header{"X-Jfrog-Event-Auth": {token}}, Body: []byte("<html>")})
	require.Equal(t, fault.Invalid, fault.KindOf(err))
	require.Empty(t, d.events)
}

func TestConfigured(t *testing.T) {
	t.Parallel()
	s := service(&diary{})
	require.Equal(t, []string{"artifactory", "nexus"}, s.Configured())
	require.Equal(t, []string{"jars", "charts", "open"}, s.Names("artifactory"))
	require.Equal(t, []string{"jars", "any"}, s.Names("nexus"))
	require.Empty(t, search.New(search.Options{Artifactory: search.DefaultArtifactory(), Nexus: search.DefaultNexus()}).Configured())
}

func TestValidate(t *testing.T) {
	t.Parallel()
	errs := search.Artifactory{Searches: []search.ArtifactorySearch{{}, {Name: "a", RepoType: "npm"}, {Name: "a"}}}.Validate()
	require.Len(t, errs, 3)
	require.ErrorContains(t, errs[0], "searches[0].name: is missing")
	require.ErrorContains(t, errs[1], `searches[1].repoType: "npm"`)
	require.ErrorContains(t, errs[2], `searches[2].name: there are two searches "a"`)
	require.Len(t, search.Nexus{Searches: []search.NexusSearch{{}}}.Validate(), 1)
}

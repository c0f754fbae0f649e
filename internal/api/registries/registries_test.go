package registries_test

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"testing"

	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/registry"
	"github.com/gennaker/gennaker/internal/registry/notification"
)

type (
	object = map[string]any
	list   = []any
)

// hub is a registry that hears of one account, hub.
type hub struct{ heard chan notification.Request }

func (h hub) Hear(_ context.Context, section, account string, r notification.Request) (registry.Heard, error) {
	switch {
	case account != "hub":
		return registry.Heard{}, fault.New(fault.NotFound, "there is no %s account %s", section, account)
	case r.Query.Get("token") != "s3cret":
		return registry.Heard{}, fault.New(fault.Forbidden, "the secret is missing")
	}
	h.heard <- r
	return registry.Heard{Looks: 1}, nil
}

func (hub) Images(_ context.Context, f registry.ImageFilter) ([]registry.Image, error) {
	all := []registry.Image{{Account: "hub", Registry: "index.docker.io", Repository: "acme/cart", Tag: "1.0", Digest: "sha256:aa"}}
	return slices.DeleteFunc(all, func(one registry.Image) bool { return !f.Takes(one) }), nil
}

func (hub) Tags(_ context.Context, account, repository string) ([]string, error) {
	if account == "hub" && repository == "acme/cart" {
		return []string{"1.0", "1.1"}, nil
	}
	return nil, nil
}

func TestNotifications(t *testing.T) {
	t.Parallel()
	h := hub{make(chan notification.Request, 1)}
	k := apitest.New(t, func(p *apitest.Parts) { p.Registries = h })
	const body = `{"events": []}`
	k.Call(http.MethodPost, "/webhooks/docker/hub", body).Refused(http.StatusForbidden, "the secret is missing")
	k.Call(http.MethodPost, "/webhooks/docker/other?token=s3cret", body).Refused(http.StatusNotFound, "other")
	k.Call(http.MethodPost, "/webhooks/docker/hub?token=s3cret", `{"a": `).Is(http.StatusOK)
	<-h.heard
	got := k.Call(http.MethodPost, "/webhooks/helm/hub?token=s3cret", body, "Content-Type", "application/vnd.docker.distribution.events.v2+json").Is(http.StatusOK).Object()
	if !reflect.DeepEqual(got, object{"eventProcessed": true, "eventId": nil}) {
		t.Errorf("got %v", got)
	}
	if r := <-h.heard; string(r.Body) != body {
		t.Errorf("heard %q", r.Body)
	}
	// Without registries there is nobody to tell.
	apitest.New(t).Call(http.MethodPost, "/webhooks/docker/hub", body).Refused(http.StatusNotFound, "hub")
}

// Lists have what the registries have, and what pipelines name: Deck's forms drop what
// isn't in them.
func TestLists(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(p *apitest.Parts) { p.Registries = hub{} })
	triggers := list{
		object{"type": "docker", "account": "hub", "registry": "index.docker.io", "organization": "acme", "repository": "acme/cart", "tag": "^v.*"},
		object{"type": "docker", "account": "quay", "registry": "quay.io", "repository": "acme/tool"},
		object{"type": "docker", "account": "quay", "registry": "quay.io", "repository": "acme/tool", "tag": "1"},
		object{"type": "docker", "account": "${a}", "repository": "no/name"},
		object{"type": "helm/oci", "account": "hub", "registry": "index.docker.io", "repository": "charts/cart"},
	}
	k.Post("/pipelines", object{"application": "shop", "name": "named", "triggers": triggers, "stages": list{}}).Is(http.StatusOK)
	cart := object{"account": "hub", "registry": "index.docker.io", "repository": "acme/cart", "tag": "1.0", "digest": "sha256:aa"}
	tool := object{"account": "quay", "registry": "quay.io", "repository": "acme/tool", "tag": ""}
	chart := object{"account": "hub", "registry": "index.docker.io", "repository": "charts/cart", "tag": ""}
	for path, want := range map[string]list{
		"/images/find":                                  {cart, tool},
		"/images/find?provider=aws":                     {},
		"/images/find?account=quay":                     {tool},
		"/images/find?q=TOOL&provider=docker":           {tool},
		"/images/find?q=CART&count=1":                   {cart},
		"/charts/find?provider=dockerRegistry":          {cart, chart},
		"/images/tags?account=hub&repository=acme/cart": {"1.0", "1.1"},
		"/charts/tags?account=hub&repository=acme/none": {},
		"/images/tags?account=&repository=":             {},
	} {
		var got list
		k.Get(path).Is(http.StatusOK).Decode(&got)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("GET %s: %v, want %v", path, got, want)
		}
	}
	k.Get("/images/find?count=x").Is(http.StatusBadRequest)
}

// jars are searches of which one hears.
type jars struct{}

func (jars) Names(kind string) []string { return []string{kind + "-jars"} }

func (jars) Hear(_ context.Context, kind, name string, r notification.Request) (string, error) {
	switch {
	case r.Query.Get("token") != "s3cret":
		return "", fault.New(fault.Forbidden, "the secret is missing")
	case name != kind+"-jars":
		return "", nil
	}
	return "e1", nil
}

func TestSearches(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(p *apitest.Parts) { p.Searches = jars{} })
	k.Post("/pipelines", object{"application": "shop", "name": "named", "stages": list{}, "triggers": list{
		object{"type": "artifactory", "artifactorySearchName": "search"}, object{"type": "nexus", "nexusSearchName": "search 2"},
	}}).Is(http.StatusOK)
	for kind, named := range map[string]string{"artifactory": "search", "nexus": "search 2"} {
		var got list
		k.Get("/" + kind + "/names").Is(http.StatusOK).Decode(&got)
		if !reflect.DeepEqual(got, list{kind + "-jars", named}) {
			t.Errorf("%s: %v", kind, got)
		}
		k.Post("/webhooks/"+kind+"/"+kind+"-jars", object{}).Refused(http.StatusForbidden, "the secret is missing")
		if got := k.Post("/webhooks/"+kind+"/"+kind+"-jars?token=s3cret", object{}).Is(http.StatusOK).Object(); got["eventId"] != "e1" {
			t.Errorf("%s: %v", kind, got)
		}
		if got := k.Post("/webhooks/"+kind+"/other?token=s3cret", object{}).Is(http.StatusOK).Object(); got["eventProcessed"] != false {
			t.Errorf("%s: %v", kind, got)
		}
		apitest.New(t).Post("/webhooks/"+kind+"/x", object{}).Refused(http.StatusNotFound, "x")
	}
}

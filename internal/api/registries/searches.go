package registries

import (
	"context"
	"net/http"
	"slices"

	"github.com/tidwall/gjson"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/registry/notification"
)

// Searches are those of artifact repositories; a [search.Service] has them.
type Searches interface {
	Hear(ctx context.Context, kind, name string, r notification.Request) (eventID string, err error)
	Names(kind string) []string
}

// searchFields are where triggers name a search, by their type.
var searchFields = map[string]string{"artifactory": "artifactorySearchName", "nexus": "nexusSearchName"}

func (a *area) searchRoutes() []rest.Route {
	texts := rest.ListOf(rest.Schema{"type": "string"})
	token := []rest.Param{rest.Text("token", "the search's webhookSecret, if it can only be sent in the URL")}
	body := rest.RequiredBody(rest.Schema{"type": "object", "description": "what the repository sends"})
	return []rest.Route{
		{
			Method: http.MethodPost, Path: "/webhooks/artifactory/{search}", Name: "artifactoryNotification", Needs: rest.Anyone, Tag: "Triggers",
			Summary: "Receive a webhook of JFrog Artifactory for a search of the configuration", Params: token, Body: body,
			Result: rest.Ref("WebhookAnswer"), Serve: func(r *http.Request) (any, error) { return a.hearPackage(r, "artifactory") },
		},
		{
			Method: http.MethodPost, Path: "/webhooks/nexus/{search}", Name: "nexusNotification", Needs: rest.Anyone, Tag: "Triggers",
			Summary: "Receive a webhook of Nexus Repository for a search of the configuration", Params: token, Body: body,
			Result: rest.Ref("WebhookAnswer"), Serve: func(r *http.Request) (any, error) { return a.hearPackage(r, "nexus") },
		},
		{
			Method: http.MethodGet, Path: "/artifactory/names", Name: "getArtifactoryNames", Needs: rest.Anyone, Tag: "Builds",
			Summary: "List the Artifactory searches", Result: texts, Serve: func(r *http.Request) (any, error) { return a.names(r, "artifactory") },
		},
		{
			Method: http.MethodGet, Path: "/nexus/names", Name: "getNexusNames", Needs: rest.Anyone, Tag: "Builds",
			Summary: "List the Nexus searches", Result: texts, Serve: func(r *http.Request) (any, error) { return a.names(r, "nexus") },
		},
	}
}

func (a *area) hearPackage(r *http.Request, kind string) (any, error) {
	body, err := rest.ReadRaw(r)
	if err != nil {
		return nil, err
	}
	if a.searches == nil {
		return nil, fault.New(fault.NotFound, "there is no search %s", fault.Short(r.PathValue("search")))
	}
	id, err := a.searches.Hear(r.Context(), kind, r.PathValue("search"), notification.Request{Header: r.Header, Query: r.URL.Query(), Body: body})
	if err != nil {
		return nil, err
	}
	out := answer{Processed: id != ""}
	if id != "" {
		out.EventID = &id
	}
	return out, nil
}

// names lists the searches of the configuration, and those that triggers name.
func (a *area) names(r *http.Request, kind string) (any, error) {
	out := []string{}
	if a.searches != nil {
		out = append(out, a.searches.Names(kind)...)
	}
	err := catalog.EachPart(r.Context(), a.store, []string{kind}, func(one gjson.Result) {
		if name := one.Get(searchFields[kind]).String(); catalog.IsName(name) && !slices.Contains(out, name) {
			out = append(out, name)
		}
	})
	slices.Sort(out)
	return out, err
}

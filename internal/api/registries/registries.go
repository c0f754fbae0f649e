// Package registries is the area of the API about container registries and chart
// repositories: they tell of pushes here, and editors of triggers list what there is.
package registries

import (
	"context"
	"net/http"

	"github.com/tidwall/gjson"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/registry"
	"github.com/gennaker/gennaker/internal/registry/notification"
)

// Registries hear of pushes, and know what there is; a [registry.Service] does.
type Registries interface {
	Hear(ctx context.Context, section, account string, r notification.Request) (registry.Heard, error)
	Images(ctx context.Context, f registry.ImageFilter) ([]registry.Image, error)
	Tags(ctx context.Context, account, repository string) ([]string, error)
}

type area struct {
	registries Registries
	searches   Searches
	store      catalog.PipelineDocuments
}

// New returns the area. Without registries and searches, lists have what pipelines name,
// and notifications are refused.
func New(registries Registries, searches Searches, store catalog.PipelineDocuments) rest.Area {
	a := &area{registries, searches, store}
	return rest.Area{Routes: append(a.routes(), a.searchRoutes()...)}
}

func (a *area) routes() []rest.Route {
	anything := rest.RequiredBody(rest.Schema{"description": "what the registry sends: distribution, GitLab, Harbor, Docker Hub, Quay, Google, Amazon, Azure, GitHub, Gitea, Aliyun, JFrog or Nexus"})
	heard := rest.Ref("WebhookAnswer")
	find := []rest.Param{
		rest.Text("provider", "the cloud provider"), rest.Text("q", "part of the name"), rest.Text("region", "the region"),
		rest.Text("account", "the account"), rest.Integer("count", "maximum number"),
	}
	tags := []rest.Param{rest.Text("provider", "the cloud provider"), rest.Text("account", "the registry's account"), rest.Text("repository", "the repository")}
	texts := rest.ListOf(rest.Schema{"type": "string"})
	const tag = "Infrastructure"
	return []rest.Route{
		{
			Method: http.MethodPost, Path: "/webhooks/docker/{account}", Name: "registryNotification", Needs: rest.Anyone, Tag: "Triggers",
			Summary: "Receive a container registry's notification of a push; Gennaker then asks the registry itself",
			Params:  []rest.Param{rest.Text("token", "the account's webhookSecret, for registries that can only send it in the URL")},
			Body:    anything, Result: heard, Serve: func(r *http.Request) (any, error) { return a.hear(r, artifact.DockerSource) },
		},
		{
			Method: http.MethodPost, Path: "/webhooks/helm/{account}", Name: "chartNotification", Needs: rest.Anyone, Tag: "Triggers",
			Summary: "Receive a chart repository's notification of a new chart; Gennaker then asks the repository itself",
			Params:  []rest.Param{rest.Text("token", "the account's webhookSecret, for repositories that can only send it in the URL")},
			Body:    anything, Result: heard, Serve: func(r *http.Request) (any, error) { return a.hear(r, artifact.HelmSource) },
		},
		{
			Method: http.MethodGet, Path: "/images/find", Name: "findImages", Needs: rest.Anyone, Tag: tag, Params: find,
			Summary: "Find images in the container registries", Result: rest.ListOf(rest.Schema{}),
			Serve: func(r *http.Request) (any, error) { return a.find(r, "docker") },
		},
		{
			Method: http.MethodGet, Path: "/charts/find", Name: "findCharts", Needs: rest.Anyone, Tag: tag, Params: find,
			Summary: "Find charts in the container registries", Result: rest.ListOf(rest.Schema{}),
			Serve: func(r *http.Request) (any, error) { return a.find(r, "helm/oci") },
		},
		{
			Method: http.MethodGet, Path: "/images/tags", Name: "getImageTags", Needs: rest.Anyone, Tag: tag, Params: tags,
			Summary: "List an image's tags", Result: texts, Serve: a.tags,
		},
		{
			Method: http.MethodGet, Path: "/charts/tags", Name: "getChartTags", Needs: rest.Anyone, Tag: tag, Params: tags,
			Summary: "List a chart's tags", Result: texts, Serve: a.tags,
		},
	}
}

// answer is that of a webhook. What a notification leads to is only known once the
// registry was asked.
type answer struct {
	Processed bool    `json:"eventProcessed"`
	EventID   *string `json:"eventId"`
}

func (a *area) hear(r *http.Request, section string) (any, error) {
	body, err := rest.ReadRaw(r)
	if err != nil {
		return nil, err
	}
	if a.registries == nil {
		return nil, fault.New(fault.NotFound, "there is no %s account %s", section, fault.Short(r.PathValue("account")))
	}
	heard, err := a.registries.Hear(r.Context(), section, r.PathValue("account"), notification.Request{
		Header: r.Header, Query: r.URL.Query(), Body: body,
	})
	if err != nil {
		return nil, err
	}
	return answer{Processed: heard.Looks > 0}, nil
}

// mostFound is how many images are listed if nobody says how many.
const mostFound = 1000

// find lists images: those that the registries have, and those that triggers name, as an
// editor would lose what isn't in its list.
func (a *area) find(r *http.Request, kind string) (any, error) {
	q := rest.QueryOf(r)
	f := registry.ImageFilter{
		Account: q.Text("account"), Text: q.Text("q"), Limit: q.Size("count", mostFound, 1, 10*mostFound),
	}
	if err := q.Err(); err != nil {
		return nil, err
	}
	switch q.Text("provider") {
	case "", "docker", "dockerRegistry":
	default:
		return []registry.Image{}, nil
	}
	found := []registry.Image{}
	var err error
	if a.registries != nil {
		if found, err = a.registries.Images(r.Context(), f); err != nil {
			return nil, err
		}
	}
	there := map[[2]string]bool{}
	for _, one := range found {
		there[[2]string{one.Account, one.Repository}] = true
	}
	err = catalog.EachPart(r.Context(), a.store, []string{kind}, func(one gjson.Result) {
		named := registry.Image{Account: one.Get("account").String(), Registry: one.Get("registry").String(), Repository: one.Get("repository").String()}
		key := [2]string{named.Account, named.Repository}
		if !there[key] && catalog.IsName(named.Account) && catalog.IsName(named.Repository) && f.Takes(named) && len(found) < f.Limit {
			there[key] = true
			found = append(found, named)
		}
	})
	return found, err
}

func (a *area) tags(r *http.Request) (any, error) {
	q := rest.QueryOf(r)
	account, repository := q.Text("account"), q.Text("repository")
	if a.registries == nil || account == "" || repository == "" {
		return []string{}, nil
	}
	found, err := a.registries.Tags(r.Context(), account, repository)
	return rest.OrEmpty(found), err
}

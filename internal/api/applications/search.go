package applications

import (
	"net/http"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

func (a *area) searchRoutes() []rest.Route {
	return []rest.Route{
		{
			Method: http.MethodGet, Path: "/search", Name: "search", Needs: rest.Anyone, Tag: "Platform",
			Summary: "Search applications, projects, and cloud resources by part of their name",
			Params: []rest.Param{
				rest.Text("q", "the search text; at least three letters unless allowShortQuery is set"),
				rest.RequiredParam(rest.Text("type", "applications, projects, serverGroups, ...")), rest.Text("platform", "ignored"),
				rest.Sized("pageSize", "maximum number; default: 10000", rest.MaxItems), rest.Integer("page", "from 1"),
				rest.Boolean("allowShortQuery", "also search for fewer than three letters"),
			},
			Result: rest.ListOf(rest.Ref("SearchResult")), Serve: a.searchAll,
		},
	}
}

// searchResult is a page of what a search found, as Clouddriver gives it.
type searchResult struct {
	PageNumber   int              `json:"pageNumber"`
	PageSize     int              `json:"pageSize"`
	Platform     string           `json:"platform"`
	Query        string           `json:"query"`
	Results      []map[string]any `json:"results"`
	TotalMatches int              `json:"totalMatches"`
}

// searchAll finds applications, projects, and what runs in the clouds.
func (a *area) searchAll(r *http.Request) (any, error) {
	q := rest.QueryOf(r)
	text, size, page := q.Text("q"), q.Size("pageSize", rest.MaxItems, 1, rest.MaxItems), q.Count("page", 1, 1)
	short := q.Boolean("allowShortQuery", false)
	if err := q.Err(); err != nil {
		return nil, err
	}
	if !short && len([]rune(text)) < 3 {
		return []searchResult{}, nil
	}
	var (
		matches []map[string]any
		err     error
	)
	var clouds []string
	for _, kind := range q.List("type") {
		var found []map[string]any
		switch kind {
		case "applications":
			found, err = a.searchApplications(r, text)
		case "projects":
			found, err = a.searchProjects(r, text)
		default:
			clouds = append(clouds, kind)
		}
		if err != nil {
			return nil, err
		}
		matches = append(matches, found...)
	}
	if len(clouds) > 0 && a.clouds != nil {
		found, err := a.clouds.Search(r.Context(), text, clouds)
		if err != nil {
			return nil, err
		}
		matches = append(matches, found...)
	}
	out := searchResult{PageNumber: page, PageSize: size, Platform: "aws", Query: text, TotalMatches: len(matches)}
	from := min((page-1)*size, len(matches))
	out.Results = rest.OrEmpty(matches[from:min(from+size, len(matches))])
	return []searchResult{out}, nil
}

func (a *area) searchApplications(r *http.Request, text string) ([]map[string]any, error) {
	found, err := a.store.Applications(r.Context(), store.ApplicationFilter{NameContains: text})
	if err != nil {
		return nil, err
	}
	accounts := a.applicationAccounts(r.Context())
	var out []map[string]any
	for _, app := range found {
		attributes := attributesOf(app, accounts[model.String(attributesOf(app, nil), "name")])
		name := model.String(attributes, "name")
		out = append(out, model.Merge(attributes, map[string]any{
			"type": "applications", "application": name, "url": "/applications/" + name,
		}))
	}
	return out, nil
}

func (a *area) searchProjects(r *http.Request, text string) ([]map[string]any, error) {
	found, err := a.store.Documents(r.Context(), store.DocumentFilter{Kind: catalog.ProjectKind})
	if err != nil {
		return nil, err
	}
	var out []map[string]any
	for _, project := range found {
		match := rest.ContainsFold(project.Name, text)
		for _, app := range model.Strings(model.Object(project.Body, "config"), "applications") {
			match = match || rest.ContainsFold(app, text)
		}
		if match {
			out = append(out, model.Merge(project.Body, map[string]any{"type": "projects", "url": "/projects/" + project.ID}))
		}
	}
	return out, nil
}

package api

import (
	"net/http"

	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

func (s *server) platformRoutes() []route {
	return []route{
		{
			method: http.MethodGet, path: "/version", name: "getVersion", needs: anyone, tag: "Platform", summary: "The platform's version",
			result: schema{"type": "object", "properties": schema{"version": schema{"type": "string"}}},
			serve: func(*http.Request) (any, error) {
				return map[string]string{"version": either(s.version, "unknown")}, nil
			},
		},
		{
			method: http.MethodGet, path: "/cron/validate", name: "validateCronExpression", needs: anyone, tag: "Platform",
			summary: "Check a cron expression and put it into words",
			params:  []param{needed(text("expression", "six or seven fields, as Quartz has them"))},
			result:  ref("CronCheck"), serve: s.validateCron,
		},
		{
			method: http.MethodGet, path: "/capabilities/quietPeriod", name: "getQuietPeriodState", needs: anyone, tag: "Platform",
			summary: "The time in which triggers rest; there is none yet", result: ref("QuietPeriod"),
			// What Echo says without quiet-period.start-iso and end-iso.
			serve: func(*http.Request) (any, error) { return quietPeriod{StartTime: -1, EndTime: -1}, nil },
		},
		{
			method: http.MethodGet, path: "/search", name: "search", needs: anyone, tag: "Platform",
			summary: "Search applications, projects and what runs in the clouds by a part of their name",
			params: []param{
				text("q", "what to look for; at least three letters unless allowShortQuery"),
				needed(text("type", "applications, projects, serverGroups, ...")), text("platform", "not looked at"),
				sized("pageSize", "how many; 10000 where it isn't given", maxItems), integer("page", "from 1"),
				boolean("allowShortQuery", "also for fewer than three letters"),
			},
			result: listOf(ref("SearchResult")), serve: s.searchAll,
		},
	}
}

// quietPeriod is Echo's; times are in milliseconds since the epoch.
type quietPeriod struct {
	Enabled       bool  `json:"enabled"`
	InQuietPeriod bool  `json:"inQuietPeriod"`
	StartTime     int64 `json:"startTime"`
	EndTime       int64 `json:"endTime"`
}

func (s *server) validateCron(r *http.Request) (any, error) {
	expression := r.URL.Query().Get("expression")
	if expression == "" {
		return nil, fault.New(fault.Invalid, "expression is required")
	}
	if s.cron == nil {
		return map[string]any{"valid": false, "message": "cron triggers are off here", "description": ""}, nil
	}
	description, err := s.cron.Describe(expression)
	if err != nil {
		return map[string]any{"valid": false, "message": s.outside(err), "description": ""}, nil
	}
	return map[string]any{"valid": true, "description": description}, nil
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
func (s *server) searchAll(r *http.Request) (any, error) {
	q := queryOf(r)
	text, size, page := q.text("q"), q.size("pageSize", maxItems, 1, maxItems), q.count("page", 1, 1)
	short := q.boolean("allowShortQuery", false)
	if err := q.err(); err != nil {
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
	for _, kind := range q.list("type") {
		var found []map[string]any
		switch kind {
		case "applications":
			found, err = s.searchApplications(r, text)
		case "projects":
			found, err = s.searchProjects(r, text)
		default:
			clouds = append(clouds, kind)
		}
		if err != nil {
			return nil, err
		}
		matches = append(matches, found...)
	}
	if len(clouds) > 0 && s.infrastructure != nil {
		found, err := s.infrastructure.Search(r.Context(), text, clouds)
		if err != nil {
			return nil, err
		}
		matches = append(matches, found...)
	}
	out := searchResult{PageNumber: page, PageSize: size, Platform: "aws", Query: text, TotalMatches: len(matches)}
	from := min((page-1)*size, len(matches))
	out.Results = orEmpty(matches[from:min(from+size, len(matches))])
	return []searchResult{out}, nil
}

func (s *server) searchApplications(r *http.Request, text string) ([]map[string]any, error) {
	found, err := s.store.Applications(r.Context(), store.ApplicationFilter{NameContains: text})
	if err != nil {
		return nil, err
	}
	accounts := s.applicationAccounts(r.Context())
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

func (s *server) searchProjects(r *http.Request, text string) ([]map[string]any, error) {
	found, err := s.store.Documents(r.Context(), store.DocumentFilter{Kind: catalog.ProjectKind})
	if err != nil {
		return nil, err
	}
	var out []map[string]any
	for _, project := range found {
		match := containsFold(project.Name, text)
		for _, app := range model.Strings(model.Object(project.Body, "config"), "applications") {
			match = match || containsFold(app, text)
		}
		if match {
			out = append(out, model.Merge(project.Body, map[string]any{"type": "projects", "url": "/projects/" + project.ID}))
		}
	}
	return out, nil
}

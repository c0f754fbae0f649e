package githost

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// gitLab is GitLab.
type gitLab struct{ api }

func newGitLab(c caller, address string) *gitLab {
	h := &gitLab{api{c, dialect{
		sources: []string{"gitlab"}, read: linked, repositories: "/projects/", nested: true,
		branches: "/repository/branches?per_page=100", hooks: "/hooks", hooksQuery: "?per_page=100",
		repositoryOf: as[gitLabProject], hookOf: as[gitLabHook],
		wanted: func(w Wanted) map[string]any {
			return map[string]any{
				"url": w.URL, "token": w.Secret, "enable_ssl_verification": true,
				"push_events": true, "tag_push_events": true, "merge_requests_events": true,
			}
		},
		change: http.MethodPut,
	}}}
	h.label, h.base = "GitLab", address+"/api/v4"
	h.scope = "the scope api, and to be of a maintainer of the project"
	h.refused = "; an administrator of GitLab can allow addresses of its own network under Admin > Settings > Network > Outbound requests"
	if u, err := url.Parse(address); err == nil {
		h.public = isHost(u, "gitlab.com")
	}
	return h
}

// gitLabProject has what GitLab displays in its webhooks, by which triggers name it.
type gitLabProject struct {
	Name              string `json:"name"`
	PathWithNamespace string `json:"path_with_namespace"`
	DefaultBranch     string `json:"default_branch"`
	WebURL            string `json:"web_url"`
	Namespace         struct {
		Name string `json:"name"`
	} `json:"namespace"`
}

func (p gitLabProject) shown() Repository {
	return Repository{Path: p.PathWithNamespace, Project: p.Namespace.Name, Slug: p.Name, DefaultBranch: p.DefaultBranch, URL: p.WebURL}
}

// Repositories implements [Host].
func (h *gitLab) Repositories(ctx context.Context, text string) ([]Repository, error) {
	out := []Repository{}
	query := url.Values{"membership": {"true"}, "per_page": {"100"}, "order_by": {"last_activity_at"}}
	if text = strings.TrimSpace(text); text != "" {
		query.Set("search", text)
		query.Set("search_namespaces", "true")
	}
	err := all(ctx, &h.caller, linked, "list projects", "/projects?"+query.Encode(), func(p gitLabProject) bool {
		out = append(out, p.shown())
		return len(out) >= MostListed
	})
	return out, err
}

type gitLabHook struct {
	ID  int64  `json:"id"`
	URL string `json:"url"`
}

func (k gitLabHook) shown() Hook { return Hook{ID: strconv.FormatInt(k.ID, 10), URL: k.URL} }

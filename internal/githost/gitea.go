package githost

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// gitea is Gitea, or Forgejo, which has its API.
type gitea struct{ api }

func newGitea(c caller, address string) *gitea {
	h := &gitea{api{c, dialect{
		sources: []string{"gitea", "forgejo"}, read: linked, repositories: "/repos/",
		branches: "/branches?limit=50", hooks: "/hooks", hooksQuery: "?limit=50",
		repositoryOf: as[gitHubRepository], hookOf: as[gitHubHook],
		wanted: func(w Wanted) map[string]any {
			return map[string]any{
				"active": true, "events": []string{"push", "create", "delete", "pull_request", "pull_request_sync"},
				"config": map[string]any{"url": w.URL, "content_type": "json", "secret": w.Secret},
			}
		},
		added: map[string]any{"type": "gitea"}, change: http.MethodPatch,
	}}}
	h.label, h.base = "Gitea", address+"/api/v1"
	h.scope = "the scope write:repository, and to be of an administrator of the repository"
	h.refused = "; an administrator of Gitea can allow addresses with ALLOWED_HOST_LIST"
	return h
}

// Repositories implements [Host].
func (h *gitea) Repositories(ctx context.Context, text string) ([]Repository, error) {
	out := []Repository{}
	for page := 1; page <= mostPages && len(out) < MostListed; page++ {
		var found struct {
			Data []gitHubRepository `json:"data"`
		}
		query := url.Values{"limit": {"50"}, "page": {strconv.Itoa(page)}, "sort": {"updated"}, "order": {"desc"}}
		if text = strings.TrimSpace(text); text != "" {
			query.Set("q", text)
		}
		if _, err := h.ask(ctx, "list repositories", http.MethodGet, "/repos/search?"+query.Encode(), nil, &found); err != nil {
			return nil, err
		}
		for _, r := range found.Data {
			out = append(out, r.shown())
		}
		if len(found.Data) == 0 {
			break
		}
	}
	return out, nil
}

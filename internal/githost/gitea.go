package githost

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// gitea is Gitea, or Forgejo, which has its API.
type gitea struct{ caller }

func newGitea(c caller, address string) *gitea {
	h := &gitea{caller: c}
	h.label, h.base = "Gitea", address+"/api/v1"
	h.scope = "the scope write:repository, and to be of an administrator of the repository"
	h.refused = "; an administrator of Gitea can allow addresses with ALLOWED_HOST_LIST"
	return h
}

// Label implements [Host].
func (h *gitea) Label() string { return h.label }

// Sources implements [Host].
func (h *gitea) Sources() []string { return []string{"gitea", "forgejo"} }

// Public implements [Host].
func (h *gitea) Public() bool { return false }

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

// Repository implements [Host].
func (h *gitea) Repository(ctx context.Context, path string) (Repository, error) {
	owner, name, err := splitPath(path)
	if err != nil {
		return Repository{}, err
	}
	var r gitHubRepository
	_, err = h.ask(ctx, "find the repository "+path, http.MethodGet, "/repos/"+owner+"/"+name, nil, &r)
	return r.shown(), h.aboutRepository(path, err)
}

func (h *gitea) at(r Repository, rest string) string {
	owner, name, _ := strings.Cut(r.Path, "/")
	return "/repos/" + url.PathEscape(owner) + "/" + url.PathEscape(name) + rest
}

// Branches implements [Host].
func (h *gitea) Branches(ctx context.Context, r Repository, text string) ([]string, error) {
	return named(ctx, &h.caller, r, h.at(r, "/branches?limit=50"), text)
}

// Hooks implements [Host].
func (h *gitea) Hooks(ctx context.Context, r Repository) ([]Hook, error) {
	var out []Hook
	err := linked(ctx, &h.caller, "list the webhooks of "+r.Path, h.at(r, "/hooks?limit=50"), func(k gitHubHook) bool {
		out = append(out, k.shown())
		return false
	})
	return out, h.aboutHooks(r, Wanted{}, err)
}

func (h *gitea) wanted(w Wanted) map[string]any {
	return map[string]any{
		"active": true, "events": []string{"push", "create", "delete", "pull_request", "pull_request_sync"},
		"config": map[string]any{"url": w.URL, "content_type": "json", "secret": w.Secret},
	}
}

// Create implements [Host].
func (h *gitea) Create(ctx context.Context, r Repository, w Wanted) (Hook, error) {
	body := h.wanted(w)
	body["type"] = "gitea"
	var k gitHubHook
	_, err := h.ask(ctx, "create a webhook of "+r.Path, http.MethodPost, h.at(r, "/hooks"), body, &k)
	return k.shown(), h.aboutHooks(r, w, err)
}

// Update implements [Host].
func (h *gitea) Update(ctx context.Context, r Repository, id string, w Wanted) error {
	_, err := h.ask(ctx, "change the webhook of "+r.Path, http.MethodPatch, h.at(r, "/hooks/"+url.PathEscape(id)), h.wanted(w), nil)
	return h.aboutHooks(r, w, err)
}

// Delete implements [Host].
func (h *gitea) Delete(ctx context.Context, r Repository, id string) error {
	_, err := h.ask(ctx, "delete the webhook of "+r.Path, http.MethodDelete, h.at(r, "/hooks/"+url.PathEscape(id)), nil, nil)
	if statusOf(err) == http.StatusNotFound {
		_, err = h.Hooks(ctx, r)
	}
	return h.aboutHooks(r, Wanted{}, err)
}

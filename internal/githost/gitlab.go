package githost

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// gitLab is GitLab.
type gitLab struct {
	caller
	public bool
}

func newGitLab(c caller, address string) *gitLab {
	h := &gitLab{caller: c}
	h.label, h.base = "GitLab", address+"/api/v4"
	h.scope = "the scope api, and to be of a maintainer of the project"
	h.refused = "; an administrator of GitLab can allow addresses of its own network under Admin > Settings > Network > Outbound requests"
	if u, err := url.Parse(address); err == nil {
		h.public = isHost(u, "gitlab.com")
	}
	return h
}

// Label implements [Host].
func (h *gitLab) Label() string { return h.label }

// Sources implements [Host].
func (h *gitLab) Sources() []string { return []string{"gitlab"} }

// Public implements [Host].
func (h *gitLab) Public() bool { return h.public }

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
	err := linked(ctx, &h.caller, "list projects", "/projects?"+query.Encode(), func(p gitLabProject) bool {
		out = append(out, p.shown())
		return len(out) >= MostListed
	})
	return out, err
}

// Repository implements [Host].
func (h *gitLab) Repository(ctx context.Context, path string) (Repository, error) {
	var p gitLabProject
	path = strings.TrimSuffix(strings.Trim(path, "/ "), ".git")
	_, err := h.ask(ctx, "find the project "+path, http.MethodGet, h.at(Repository{Path: path}, ""), nil, &p)
	return p.shown(), h.aboutRepository(path, err)
}

func (h *gitLab) at(r Repository, rest string) string {
	return "/projects/" + url.PathEscape(r.Path) + rest
}

// Branches implements [Host].
func (h *gitLab) Branches(ctx context.Context, r Repository, text string) ([]string, error) {
	return named(ctx, &h.caller, r, h.at(r, "/repository/branches?per_page=100"), text)
}

type gitLabHook struct {
	ID  int64  `json:"id"`
	URL string `json:"url"`
}

func (k gitLabHook) shown() Hook { return Hook{ID: strconv.FormatInt(k.ID, 10), URL: k.URL} }

// Hooks implements [Host].
func (h *gitLab) Hooks(ctx context.Context, r Repository) ([]Hook, error) {
	var out []Hook
	err := linked(ctx, &h.caller, "list the webhooks of "+r.Path, h.at(r, "/hooks?per_page=100"), func(k gitLabHook) bool {
		out = append(out, k.shown())
		return false
	})
	return out, h.aboutHooks(r, Wanted{}, err)
}

func (h *gitLab) wanted(w Wanted) map[string]any {
	return map[string]any{
		"url": w.URL, "token": w.Secret, "enable_ssl_verification": true,
		"push_events": true, "tag_push_events": true, "merge_requests_events": true,
	}
}

// Create implements [Host].
func (h *gitLab) Create(ctx context.Context, r Repository, w Wanted) (Hook, error) {
	var k gitLabHook
	_, err := h.ask(ctx, "create a webhook of "+r.Path, http.MethodPost, h.at(r, "/hooks"), h.wanted(w), &k)
	return k.shown(), h.aboutHooks(r, w, err)
}

// Update implements [Host].
func (h *gitLab) Update(ctx context.Context, r Repository, id string, w Wanted) error {
	_, err := h.ask(ctx, "change the webhook of "+r.Path, http.MethodPut, h.at(r, "/hooks/"+url.PathEscape(id)), h.wanted(w), nil)
	return h.aboutHooks(r, w, err)
}

// Delete implements [Host].
func (h *gitLab) Delete(ctx context.Context, r Repository, id string) error {
	_, err := h.ask(ctx, "delete the webhook of "+r.Path, http.MethodDelete, h.at(r, "/hooks/"+url.PathEscape(id)), nil, nil)
	if statusOf(err) == http.StatusNotFound {
		_, err = h.Hooks(ctx, r)
	}
	return h.aboutHooks(r, Wanted{}, err)
}

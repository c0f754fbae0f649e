package githost

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// gitHub is GitHub, or a GitHub Enterprise Server.
type gitHub struct {
	caller
	public bool
}

func newGitHub(c caller, address string) *gitHub {
	h := &gitHub{caller: c}
	h.label, h.base = "GitHub", address+"/api/v3"
	h.header = http.Header{"Accept": {"application/vnd.github+json"}, "X-Github-Api-Version": {"2022-11-28"}}
	h.scope = "the scope admin:repo_hook, or for a fine-grained token the permission Webhooks (read and write), and to be of an administrator of the repository"
	if u, err := url.Parse(address); err == nil && isHost(u, "github.com", "api.github.com") {
		h.base, h.public = "https://api.github.com", true
	}
	return h
}

// Label implements [Host].
func (h *gitHub) Label() string { return h.label }

// Sources implements [Host].
func (h *gitHub) Sources() []string { return []string{"github"} }

// Public implements [Host].
func (h *gitHub) Public() bool { return h.public }

type gitHubRepository struct {
	Name          string `json:"name"`
	FullName      string `json:"full_name"`
	DefaultBranch string `json:"default_branch"`
	HTMLURL       string `json:"html_url"`
	Owner         struct {
		Login string `json:"login"`
	} `json:"owner"`
}

func (r gitHubRepository) shown() Repository {
	return Repository{Path: r.FullName, Project: r.Owner.Login, Slug: r.Name, DefaultBranch: r.DefaultBranch, URL: r.HTMLURL}
}

// Repositories implements [Host].
func (h *gitHub) Repositories(ctx context.Context, text string) ([]Repository, error) {
	out := []Repository{}
	err := linked(ctx, &h.caller, "list repositories", "/user/repos?per_page=100&sort=pushed", func(r gitHubRepository) bool {
		if contains(r.FullName, text) {
			out = append(out, r.shown())
		}
		return len(out) >= MostListed
	})
	if statusOf(err) == http.StatusForbidden && len(out) == 0 {
		// The token of an app's installation has no user.
		var page struct {
			Repositories []gitHubRepository `json:"repositories"`
		}
		if _, other := h.ask(ctx, "list repositories", http.MethodGet, "/installation/repositories?per_page=100", nil, &page); other == nil {
			for _, r := range page.Repositories {
				if contains(r.FullName, text) {
					out = append(out, r.shown())
				}
			}
			return out, nil
		}
	}
	return out, err
}

// Repository implements [Host].
func (h *gitHub) Repository(ctx context.Context, path string) (Repository, error) {
	owner, name, err := splitPath(path)
	if err != nil {
		return Repository{}, err
	}
	var r gitHubRepository
	_, err = h.ask(ctx, "find the repository "+path, http.MethodGet, "/repos/"+owner+"/"+name, nil, &r)
	return r.shown(), h.aboutRepository(path, err)
}

func (h *gitHub) at(r Repository, rest string) string {
	owner, name, _ := strings.Cut(r.Path, "/")
	return "/repos/" + url.PathEscape(owner) + "/" + url.PathEscape(name) + rest
}

// Branches implements [Host].
func (h *gitHub) Branches(ctx context.Context, r Repository, text string) ([]string, error) {
	return named(ctx, &h.caller, r, h.at(r, "/branches?per_page=100"), text)
}

// named lists the names of branches that contain a text.
func named(ctx context.Context, c *caller, r Repository, at, text string) ([]string, error) {
	out := []string{}
	err := linked(ctx, c, "list the branches of "+r.Path, at, func(one struct {
		Name string `json:"name"`
	}) bool {
		if contains(one.Name, text) {
			out = append(out, one.Name)
		}
		return len(out) >= MostListed
	})
	return out, err
}

type gitHubHook struct {
	ID     int64 `json:"id"`
	Config struct {
		URL string `json:"url"`
	} `json:"config"`
	LastResponse struct {
		Code    int    `json:"code"`
		Status  string `json:"status"`
		Message string `json:"message"`
	} `json:"last_response"`
}

func (k gitHubHook) shown() Hook { return Hook{ID: strconv.FormatInt(k.ID, 10), URL: k.Config.URL} }

// Hooks implements [Host].
func (h *gitHub) Hooks(ctx context.Context, r Repository) ([]Hook, error) {
	var out []Hook
	err := linked(ctx, &h.caller, "list the webhooks of "+r.Path, h.at(r, "/hooks?per_page=100"), func(k gitHubHook) bool {
		out = append(out, k.shown())
		return false
	})
	return out, h.aboutHooks(r, Wanted{}, err)
}

func (h *gitHub) wanted(w Wanted) map[string]any {
	return map[string]any{
		"active": true, "events": []string{"push", "create", "delete", "pull_request"},
		"config": map[string]any{"url": w.URL, "content_type": "json", "secret": w.Secret, "insecure_ssl": "0"},
	}
}

// Create implements [Host].
func (h *gitHub) Create(ctx context.Context, r Repository, w Wanted) (Hook, error) {
	body := h.wanted(w)
	body["name"] = "web"
	var k gitHubHook
	_, err := h.ask(ctx, "create a webhook of "+r.Path, http.MethodPost, h.at(r, "/hooks"), body, &k)
	return k.shown(), h.aboutHooks(r, w, err)
}

// Update implements [Host].
func (h *gitHub) Update(ctx context.Context, r Repository, id string, w Wanted) error {
	_, err := h.ask(ctx, "change the webhook of "+r.Path, http.MethodPatch, h.at(r, "/hooks/"+url.PathEscape(id)), h.wanted(w), nil)
	return h.aboutHooks(r, w, err)
}

// Delete implements [Host].
func (h *gitHub) Delete(ctx context.Context, r Repository, id string) error {
	_, err := h.ask(ctx, "delete the webhook of "+r.Path, http.MethodDelete, h.at(r, "/hooks/"+url.PathEscape(id)), nil, nil)
	if statusOf(err) == http.StatusNotFound {
		// Webhooks are hidden from credentials that may not manage them, too.
		_, err = h.Hooks(ctx, r)
	}
	return h.aboutHooks(r, Wanted{}, err)
}

// A ping is delivered in a moment; then the webhook has the answer.
const (
	pingLooks = 6
	pingPause = 500 * time.Millisecond
)

// Ping implements [Pinger].
func (h *gitHub) Ping(ctx context.Context, r Repository, id string, w Wanted) (Delivery, error) {
	at := h.at(r, "/hooks/"+url.PathEscape(id))
	if _, err := h.ask(ctx, "test the webhook of "+r.Path, http.MethodPost, at+"/pings", nil, nil); err != nil {
		return Delivery{}, h.aboutHooks(r, w, err)
	}
	for range pingLooks {
		var k gitHubHook
		if _, err := h.ask(ctx, "test the webhook of "+r.Path, http.MethodGet, at, nil, &k); err != nil {
			return Delivery{}, h.aboutHooks(r, w, err)
		}
		if last := k.LastResponse; last.Status != "unused" && last.Status != "" {
			ok := last.Code >= 200 && last.Code < 300
			d := Delivery{Known: true, OK: ok}
			if !ok {
				d.Problem = strings.TrimSpace(strconv.Itoa(last.Code) + " " + last.Message)
			}
			return d, nil
		}
		select {
		case <-ctx.Done():
			return Delivery{}, nil
		case <-time.After(pingPause):
		}
	}
	return Delivery{}, nil
}

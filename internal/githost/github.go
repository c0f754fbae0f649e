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
type gitHub struct{ api }

func newGitHub(c caller, address string) *gitHub {
	h := &gitHub{api{c, dialect{
		sources: []string{"github"}, read: linked, repositories: "/repos/",
		branches: "/branches?per_page=100", hooks: "/hooks", hooksQuery: "?per_page=100",
		repositoryOf: as[gitHubRepository], hookOf: as[gitHubHook],
		wanted: func(w Wanted) map[string]any {
			return map[string]any{
				"active": true, "events": []string{"push", "create", "delete", "pull_request"},
				"config": map[string]any{"url": w.URL, "content_type": "json", "secret": w.Secret, "insecure_ssl": "0"},
			}
		},
		added: map[string]any{"name": "web"}, change: http.MethodPatch,
	}}}
	h.label, h.base = "GitHub", address+"/api/v3"
	h.header = http.Header{"Accept": {"application/vnd.github+json"}, "X-Github-Api-Version": {"2022-11-28"}}
	h.scope = "the scope admin:repo_hook, or for a fine-grained token the permission Webhooks (read and write), and to be of an administrator of the repository"
	if u, err := url.Parse(address); err == nil && isHost(u, "github.com", "api.github.com") {
		h.base, h.public = "https://api.github.com", true
	}
	return h
}

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
	err := all(ctx, &h.caller, linked, "list repositories", "/user/repos?per_page=100&sort=pushed", func(r gitHubRepository) bool {
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

// A ping is delivered in a moment; then the webhook has the answer.
const (
	pingLooks = 6
	pingPause = 500 * time.Millisecond
)

// Ping implements [Pinger].
func (h *gitHub) Ping(ctx context.Context, r Repository, id string, w Wanted) (Delivery, error) {
	at := h.hookAt(r, id)
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

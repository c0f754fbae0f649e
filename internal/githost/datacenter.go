package githost

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
)

// bitbucketServer is Bitbucket Data Center, or a Bitbucket Server since 5.4: Stash has no
// API for webhooks.
type bitbucketServer struct{ api }

func newBitbucketServer(c caller, address string) *bitbucketServer {
	h := &bitbucketServer{api{c, dialect{
		sources: []string{"bitbucket"}, read: valued, repositories: "/projects/", below: "/repos",
		branches: "/branches?limit=100&orderBy=MODIFICATION", hooks: "/webhooks", hooksQuery: "?limit=100",
		repositoryOf: as[serverRepository], hookOf: as[serverHook],
		wanted: func(w Wanted) map[string]any {
			return map[string]any{
				"name": "Gennaker", "url": w.URL, "active": true, "configuration": map[string]any{"secret": w.Secret},
				"events": []string{"repo:refs_changed", "pr:opened", "pr:from_ref_updated", "pr:merged", "pr:declined", "pr:deleted"},
			}
		},
		change: http.MethodPut,
	}}}
	h.label, h.base = "Bitbucket", address+"/rest/api/1.0"
	h.scope = "the permission Repository admin"
	return h
}

type serverRepository struct {
	Slug    string `json:"slug"`
	Project struct {
		Key string `json:"key"`
	} `json:"project"`
	Links struct {
		Self []struct {
			HRef string `json:"href"`
		} `json:"self"`
	} `json:"links"`
}

func (r serverRepository) shown() Repository {
	out := Repository{Path: r.Project.Key + "/" + r.Slug, Project: r.Project.Key, Slug: r.Slug}
	if len(r.Links.Self) > 0 {
		out.URL = r.Links.Self[0].HRef
	}
	return out
}

// Repositories implements [Host].
func (h *bitbucketServer) Repositories(ctx context.Context, text string) ([]Repository, error) {
	out := []Repository{}
	err := all(ctx, &h.caller, valued, "list repositories", "/repos?limit=100", func(r serverRepository) bool {
		if one := r.shown(); contains(one.Path, text) {
			out = append(out, one)
		}
		return len(out) >= MostListed
	})
	return out, err
}

// Repository implements [Host].
func (h *bitbucketServer) Repository(ctx context.Context, path string) (Repository, error) {
	out, err := h.api.Repository(ctx, path)
	if err != nil {
		return Repository{}, err
	}
	var branch struct {
		DisplayID string `json:"displayId"`
	}
	// An empty repository has no default branch.
	if _, err := h.ask(ctx, "find the default branch of "+path, http.MethodGet, h.at(out, "/default-branch"), nil, &branch); err == nil {
		out.DefaultBranch = branch.DisplayID
	}
	return out, nil
}

type serverHook struct {
	ID  int64  `json:"id"`
	URL string `json:"url"`
}

func (k serverHook) shown() Hook { return Hook{ID: strconv.FormatInt(k.ID, 10), URL: k.URL} }

// Ping implements [Pinger]: Bitbucket tells at once what it got.
func (h *bitbucketServer) Ping(ctx context.Context, r Repository, id string, w Wanted) (Delivery, error) {
	var result struct {
		Response struct {
			Status int `json:"status"`
		} `json:"response"`
		Error struct {
			Message string `json:"message"`
		} `json:"error"`
	}
	query := url.Values{"url": {w.URL}, "webhookId": {id}}
	_, err := h.ask(ctx, "test the webhook of "+r.Path, http.MethodPost, h.at(r, "/webhooks/test?"+query.Encode()), map[string]any{}, &result)
	if err != nil {
		return Delivery{}, h.aboutHooks(r, w, err)
	}
	switch status := result.Response.Status; {
	case status >= 200 && status < 300:
		return Delivery{Known: true, OK: true}, nil
	case status != 0:
		return Delivery{Known: true, Problem: strconv.Itoa(status)}, nil
	}
	return Delivery{Known: result.Error.Message != "", Problem: result.Error.Message}, nil
}

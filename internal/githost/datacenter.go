package githost

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// bitbucketServer is Bitbucket Data Center, or a Bitbucket Server since 5.4: Stash has no
// API for webhooks.
type bitbucketServer struct{ caller }

func newBitbucketServer(c caller, address string) *bitbucketServer {
	h := &bitbucketServer{caller: c}
	h.label, h.base = "Bitbucket", address+"/rest/api/1.0"
	h.scope = "the permission Repository admin"
	return h
}

// Label implements [Host].
func (h *bitbucketServer) Label() string { return h.label }

// Sources implements [Host].
func (h *bitbucketServer) Sources() []string { return []string{"bitbucket"} }

// Public implements [Host].
func (h *bitbucketServer) Public() bool { return false }

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

// serverPage is a page of a list.
type serverPage[T any] struct {
	Values []T  `json:"values"`
	Last   bool `json:"isLastPage"`
	Next   int  `json:"nextPageStart"`
}

func started[T any](ctx context.Context, c *caller, about, at string, query url.Values, take func(T) (enough bool)) error {
	query.Set("limit", "100")
	for range mostPages {
		var page serverPage[T]
		if _, err := c.ask(ctx, about, http.MethodGet, at+"?"+query.Encode(), nil, &page); err != nil {
			return err
		}
		if slices.ContainsFunc(page.Values, take) || page.Last || page.Next == 0 {
			return nil
		}
		query.Set("start", strconv.Itoa(page.Next))
	}
	return nil
}

// Repositories implements [Host].
func (h *bitbucketServer) Repositories(ctx context.Context, text string) ([]Repository, error) {
	out := []Repository{}
	err := started(ctx, &h.caller, "list repositories", "/repos", url.Values{}, func(r serverRepository) bool {
		if one := r.shown(); contains(one.Path, text) {
			out = append(out, one)
		}
		return len(out) >= MostListed
	})
	return out, err
}

// Repository implements [Host].
func (h *bitbucketServer) Repository(ctx context.Context, path string) (Repository, error) {
	if _, _, err := splitPath(path); err != nil {
		return Repository{}, err
	}
	var r serverRepository
	_, err := h.ask(ctx, "find the repository "+path, http.MethodGet, h.at(Repository{Path: strings.Trim(path, "/ ")}, ""), nil, &r)
	if err != nil {
		return Repository{}, h.aboutRepository(path, err)
	}
	out := r.shown()
	var branch struct {
		DisplayID string `json:"displayId"`
	}
	// An empty repository has no default branch.
	if _, err := h.ask(ctx, "find the default branch of "+path, http.MethodGet, h.at(out, "/default-branch"), nil, &branch); err == nil {
		out.DefaultBranch = branch.DisplayID
	}
	return out, nil
}

func (h *bitbucketServer) at(r Repository, rest string) string {
	project, slug, _ := strings.Cut(r.Path, "/")
	return "/projects/" + url.PathEscape(project) + "/repos/" + url.PathEscape(slug) + rest
}

// Branches implements [Host].
func (h *bitbucketServer) Branches(ctx context.Context, r Repository, text string) ([]string, error) {
	out := []string{}
	err := started(ctx, &h.caller, "list the branches of "+r.Path, h.at(r, "/branches"), url.Values{"orderBy": {"MODIFICATION"}}, func(one struct {
		DisplayID string `json:"displayId"`
	}) bool {
		if contains(one.DisplayID, text) {
			out = append(out, one.DisplayID)
		}
		return len(out) >= MostListed
	})
	return out, err
}

type serverHook struct {
	ID  int64  `json:"id"`
	URL string `json:"url"`
}

func (k serverHook) shown() Hook { return Hook{ID: strconv.FormatInt(k.ID, 10), URL: k.URL} }

// Hooks implements [Host].
func (h *bitbucketServer) Hooks(ctx context.Context, r Repository) ([]Hook, error) {
	var out []Hook
	err := started(ctx, &h.caller, "list the webhooks of "+r.Path, h.at(r, "/webhooks"), url.Values{}, func(k serverHook) bool {
		out = append(out, k.shown())
		return false
	})
	return out, h.aboutHooks(r, Wanted{}, err)
}

func (h *bitbucketServer) wanted(w Wanted) map[string]any {
	return map[string]any{
		"name": "Gennaker", "url": w.URL, "active": true, "configuration": map[string]any{"secret": w.Secret},
		"events": []string{"repo:refs_changed", "pr:opened", "pr:from_ref_updated", "pr:merged", "pr:declined", "pr:deleted"},
	}
}

// Create implements [Host].
func (h *bitbucketServer) Create(ctx context.Context, r Repository, w Wanted) (Hook, error) {
	var k serverHook
	_, err := h.ask(ctx, "create a webhook of "+r.Path, http.MethodPost, h.at(r, "/webhooks"), h.wanted(w), &k)
	return k.shown(), h.aboutHooks(r, w, err)
}

// Update implements [Host].
func (h *bitbucketServer) Update(ctx context.Context, r Repository, id string, w Wanted) error {
	_, err := h.ask(ctx, "change the webhook of "+r.Path, http.MethodPut, h.at(r, "/webhooks/"+url.PathEscape(id)), h.wanted(w), nil)
	return h.aboutHooks(r, w, err)
}

// Delete implements [Host].
func (h *bitbucketServer) Delete(ctx context.Context, r Repository, id string) error {
	_, err := h.ask(ctx, "delete the webhook of "+r.Path, http.MethodDelete, h.at(r, "/webhooks/"+url.PathEscape(id)), nil, nil)
	if statusOf(err) == http.StatusNotFound {
		_, err = h.Hooks(ctx, r)
	}
	return h.aboutHooks(r, Wanted{}, err)
}

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

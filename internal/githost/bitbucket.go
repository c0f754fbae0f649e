package githost

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// bitbucketCloud is Bitbucket Cloud.
type bitbucketCloud struct{ caller }

func newBitbucketCloud(c caller) *bitbucketCloud {
	h := &bitbucketCloud{caller: c}
	h.label, h.base = "Bitbucket", "https://api.bitbucket.org/2.0"
	h.scope = "the permissions Webhooks (read and write) and Repositories (admin)"
	return h
}

// Label implements [Host].
func (h *bitbucketCloud) Label() string { return h.label }

// Sources implements [Host].
func (h *bitbucketCloud) Sources() []string { return []string{"bitbucket"} }

// Public implements [Host].
func (h *bitbucketCloud) Public() bool { return true }

type bitbucketRepository struct {
	FullName   string `json:"full_name"`
	MainBranch struct {
		Name string `json:"name"`
	} `json:"mainbranch"`
	Owner struct {
		Username string `json:"username"`
	} `json:"owner"`
	Project struct {
		Key string `json:"key"`
	} `json:"project"`
	Links struct {
		HTML struct {
			HRef string `json:"href"`
		} `json:"html"`
	} `json:"links"`
}

// shown has the project that events have: the owner's name, otherwise the project's key.
func (r bitbucketRepository) shown() Repository {
	project := r.Owner.Username
	if project == "" {
		project = r.Project.Key
	}
	return Repository{Path: r.FullName, Project: project, Slug: r.FullName, DefaultBranch: r.MainBranch.Name, URL: r.Links.HTML.HRef}
}

// cloudPage is a page of a list.
type cloudPage[T any] struct {
	Values []T    `json:"values"`
	Next   string `json:"next"`
}

func paged[T any](ctx context.Context, c *caller, about, at string, take func(T) (enough bool)) error {
	for pages := 0; at != "" && pages < mostPages; pages++ {
		var page cloudPage[T]
		if _, err := c.ask(ctx, about, http.MethodGet, at, nil, &page); err != nil {
			return err
		}
		if slices.ContainsFunc(page.Values, take) {
			return nil
		}
		at = page.Next
	}
	return nil
}

// workspaces lists those of the account. The list of a user's has replaced that of all.
func (h *bitbucketCloud) workspaces(ctx context.Context) (out []string, err error) {
	type workspace struct {
		Slug      string `json:"slug"`
		Workspace struct {
			Slug string `json:"slug"`
		} `json:"workspace"`
	}
	take := func(w workspace) bool {
		if w.Workspace.Slug != "" {
			w.Slug = w.Workspace.Slug
		}
		out = append(out, w.Slug)
		return false
	}
	err = paged(ctx, &h.caller, "list workspaces", "/user/workspaces?pagelen=100", take)
	if status := statusOf(err); status == http.StatusNotFound || status == http.StatusForbidden {
		err = paged(ctx, &h.caller, "list workspaces", "/workspaces?pagelen=100", take)
	}
	return out, err
}

// Repositories implements [Host].
func (h *bitbucketCloud) Repositories(ctx context.Context, text string) ([]Repository, error) {
	workspaces, err := h.workspaces(ctx)
	if err != nil {
		return nil, err
	}
	out := []Repository{}
	for _, workspace := range workspaces {
		err := paged(ctx, &h.caller, "list the repositories of "+workspace,
			"/repositories/"+url.PathEscape(workspace)+"?pagelen=100&role=member&sort=-updated_on", func(r bitbucketRepository) bool {
				if contains(r.FullName, text) {
					out = append(out, r.shown())
				}
				return len(out) >= MostListed
			})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Repository implements [Host].
func (h *bitbucketCloud) Repository(ctx context.Context, path string) (Repository, error) {
	owner, name, err := splitPath(path)
	if err != nil {
		return Repository{}, err
	}
	var r bitbucketRepository
	_, err = h.ask(ctx, "find the repository "+path, http.MethodGet, "/repositories/"+owner+"/"+name, nil, &r)
	return r.shown(), h.aboutRepository(path, err)
}

func (h *bitbucketCloud) at(r Repository, rest string) string {
	owner, name, _ := strings.Cut(r.Path, "/")
	return "/repositories/" + url.PathEscape(owner) + "/" + url.PathEscape(name) + rest
}

// Branches implements [Host].
func (h *bitbucketCloud) Branches(ctx context.Context, r Repository, text string) ([]string, error) {
	out := []string{}
	err := paged(ctx, &h.caller, "list the branches of "+r.Path, h.at(r, "/refs/branches?pagelen=100"), func(one struct {
		Name string `json:"name"`
	}) bool {
		if contains(one.Name, text) {
			out = append(out, one.Name)
		}
		return len(out) >= MostListed
	})
	return out, err
}

type bitbucketHook struct {
	UUID string `json:"uuid"`
	URL  string `json:"url"`
}

// Hooks implements [Host].
func (h *bitbucketCloud) Hooks(ctx context.Context, r Repository) ([]Hook, error) {
	var out []Hook
	err := paged(ctx, &h.caller, "list the webhooks of "+r.Path, h.at(r, "/hooks?pagelen=100"), func(k bitbucketHook) bool {
		out = append(out, Hook{ID: k.UUID, URL: k.URL})
		return false
	})
	return out, h.aboutHooks(r, Wanted{}, err)
}

func (h *bitbucketCloud) wanted(w Wanted) map[string]any {
	return map[string]any{
		"description": "Gennaker", "url": w.URL, "active": true, "secret": w.Secret,
		"events": []string{"repo:push", "pullrequest:created", "pullrequest:updated", "pullrequest:fulfilled", "pullrequest:rejected"},
	}
}

// Create implements [Host].
func (h *bitbucketCloud) Create(ctx context.Context, r Repository, w Wanted) (Hook, error) {
	var k bitbucketHook
	_, err := h.ask(ctx, "create a webhook of "+r.Path, http.MethodPost, h.at(r, "/hooks"), h.wanted(w), &k)
	return Hook{ID: k.UUID, URL: k.URL}, h.aboutHooks(r, w, err)
}

// Update implements [Host].
func (h *bitbucketCloud) Update(ctx context.Context, r Repository, id string, w Wanted) error {
	_, err := h.ask(ctx, "change the webhook of "+r.Path, http.MethodPut, h.at(r, "/hooks/"+url.PathEscape(id)), h.wanted(w), nil)
	return h.aboutHooks(r, w, err)
}

// Delete implements [Host].
func (h *bitbucketCloud) Delete(ctx context.Context, r Repository, id string) error {
	_, err := h.ask(ctx, "delete the webhook of "+r.Path, http.MethodDelete, h.at(r, "/hooks/"+url.PathEscape(id)), nil, nil)
	if statusOf(err) == http.StatusNotFound {
		_, err = h.Hooks(ctx, r)
	}
	return h.aboutHooks(r, Wanted{}, err)
}

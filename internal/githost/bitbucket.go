package githost

import (
	"context"
	"net/http"
	"net/url"
)

// bitbucketCloud is Bitbucket Cloud.
type bitbucketCloud struct{ api }

func newBitbucketCloud(c caller) *bitbucketCloud {
	h := &bitbucketCloud{api{c, dialect{
		sources: []string{"bitbucket"}, public: true, read: valued, repositories: "/repositories/",
		branches: "/refs/branches?pagelen=100", hooks: "/hooks", hooksQuery: "?pagelen=100",
		repositoryOf: as[bitbucketRepository], hookOf: as[bitbucketHook],
		wanted: func(w Wanted) map[string]any {
			return map[string]any{
				"description": "Gennaker", "url": w.URL, "active": true, "secret": w.Secret,
				"events": []string{"repo:push", "pullrequest:created", "pullrequest:updated", "pullrequest:fulfilled", "pullrequest:rejected"},
			}
		},
		change: http.MethodPut,
	}}}
	h.label, h.base = "Bitbucket", "https://api.bitbucket.org/2.0"
	h.scope = "the permissions Webhooks (read and write) and Repositories (admin)"
	return h
}

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
	err = all(ctx, &h.caller, valued, "list workspaces", "/user/workspaces?pagelen=100", take)
	if status := statusOf(err); status == http.StatusNotFound || status == http.StatusForbidden {
		err = all(ctx, &h.caller, valued, "list workspaces", "/workspaces?pagelen=100", take)
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
		err := all(ctx, &h.caller, valued, "list the repositories of "+workspace,
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

type bitbucketHook struct {
	UUID string `json:"uuid"`
	URL  string `json:"url"`
}

func (k bitbucketHook) shown() Hook { return Hook{ID: k.UUID, URL: k.URL} }

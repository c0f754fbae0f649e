package githost

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"strings"
)

// api is what the APIs of all hosts have in common: a repository has branches and webhooks as
// lists below it. What differs is the dialect.
type api struct {
	caller
	dialect
}

// dialect is how a host names things.
type dialect struct {
	sources []string
	public  bool
	// read reads the pages of lists.
	read pager
	// repositories is where repositories are, before their paths, and below what is between
	// a project and its repository. nested tells whether a path may have more than two parts,
	// which are then escaped as one.
	repositories, below string
	nested              bool
	// branches is where a repository's branches are, and hooks its webhooks, with hooksQuery
	// for the list of them.
	branches, hooks, hooksQuery string
	repositoryOf                func(json.RawMessage) (Repository, error)
	hookOf                      func(json.RawMessage) (Hook, error)
	// wanted is the request that makes a webhook, added what only the first one has, and
	// change the method of a later one.
	wanted func(Wanted) map[string]any
	added  map[string]any
	change string
}

// as reads what a host says in its own shape.
func as[T interface{ shown() S }, S any](raw json.RawMessage) (S, error) {
	var one T
	err := json.Unmarshal(raw, &one)
	return one.shown(), err
}

// Label implements [Host].
func (a *api) Label() string { return a.label }

// Sources implements [Host].
func (a *api) Sources() []string { return a.sources }

// Public implements [Host].
func (a *api) Public() bool { return a.public }

// at is where something of a repository is.
func (a *api) at(r Repository, rest string) string {
	if a.nested {
		return a.repositories + url.PathEscape(r.Path) + rest
	}
	owner, name, _ := strings.Cut(r.Path, "/")
	return a.repositories + url.PathEscape(owner) + a.below + "/" + url.PathEscape(name) + rest
}

// Repository implements [Host].
func (a *api) Repository(ctx context.Context, path string) (Repository, error) {
	path = strings.TrimSuffix(strings.Trim(path, "/ "), ".git")
	if !a.nested {
		if err := checkPath(path); err != nil {
			return Repository{}, err
		}
	}
	about := "find the repository " + path
	var raw json.RawMessage
	if _, err := a.ask(ctx, about, http.MethodGet, a.at(Repository{Path: path}, ""), nil, &raw); err != nil {
		return Repository{}, a.aboutRepository(path, err)
	}
	r, err := a.repositoryOf(raw)
	if err != nil {
		return Repository{}, a.notGit(about)
	}
	return r, nil
}

// Branches implements [Host].
func (a *api) Branches(ctx context.Context, r Repository, text string) ([]string, error) {
	out := []string{}
	err := all(ctx, &a.caller, a.read, "list the branches of "+r.Path, a.at(r, a.branches), func(one struct {
		Name      string `json:"name"`
		DisplayID string `json:"displayId"` // what Bitbucket Data Center has
	}) bool {
		name := one.Name + one.DisplayID
		if contains(name, text) {
			out = append(out, name)
		}
		return len(out) >= MostListed
	})
	return out, err
}

// Hooks implements [Host].
func (a *api) Hooks(ctx context.Context, r Repository) ([]Hook, error) {
	var out []Hook
	var problem error
	about := "list the webhooks of " + r.Path
	err := all(ctx, &a.caller, a.read, about, a.at(r, a.hooks+a.hooksQuery), func(raw json.RawMessage) bool {
		one, err := a.hookOf(raw)
		if err != nil {
			problem = a.notGit(about)
			return true
		}
		out = append(out, one)
		return false
	})
	if err == nil {
		err = problem
	}
	return out, a.aboutHooks(r, Wanted{}, err)
}

// Create implements [Host].
func (a *api) Create(ctx context.Context, r Repository, w Wanted) (Hook, error) {
	body, about := a.wanted(w), "create a webhook of "+r.Path
	maps.Copy(body, a.added)
	var raw json.RawMessage
	if _, err := a.ask(ctx, about, http.MethodPost, a.at(r, a.hooks), body, &raw); err != nil {
		return Hook{}, a.aboutHooks(r, w, err)
	}
	made, err := a.hookOf(raw)
	if err != nil {
		return Hook{}, a.notGit(about)
	}
	return made, nil
}

// Update implements [Host].
func (a *api) Update(ctx context.Context, r Repository, id string, w Wanted) error {
	_, err := a.ask(ctx, "change the webhook of "+r.Path, a.change, a.hookAt(r, id), a.wanted(w), nil)
	return a.aboutHooks(r, w, err)
}

// Delete implements [Host].
func (a *api) Delete(ctx context.Context, r Repository, id string) error {
	_, err := a.ask(ctx, "delete the webhook of "+r.Path, http.MethodDelete, a.hookAt(r, id), nil, nil)
	if statusOf(err) == http.StatusNotFound {
		// Webhooks are hidden from credentials that may not manage them, too.
		_, err = a.Hooks(ctx, r)
	}
	return a.aboutHooks(r, Wanted{}, err)
}

func (a *api) hookAt(r Repository, id string) string {
	return a.at(r, a.hooks+"/"+url.PathEscape(id))
}

package testgithost

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
)

// cloud are Bitbucket Cloud's routes.
func (s *Server) cloud() map[string]http.HandlerFunc {
	const at = "/2.0/repositories/{owner}/{name}"
	shown := func(r *Repository) any {
		return object{"full_name": r.Owner + "/" + r.Name, "mainbranch": object{"name": "main"}, "owner": object{"username": r.Owner}, "project": object{"key": "KEY"}}
	}
	hook := func(k *Hook) any {
		return object{"uuid": fmt.Sprintf("{%d}", k.ID), "url": k.URL, "active": k.Active, "events": k.Events}
	}
	asHook := func(r *http.Request) (*Hook, bool) {
		var b struct {
			URL    string   `json:"url"`
			Secret string   `json:"secret"`
			Active bool     `json:"active"`
			Events []string `json:"events"`
		}
		read(r, &b)
		return &Hook{URL: b.URL, Secret: b.Secret, Active: b.Active, Events: b.Events}, true
	}
	page := func(w http.ResponseWriter, r *http.Request, items []any) {
		number, _ := strconv.Atoi(r.URL.Query().Get("page"))
		number = max(number, 1)
		from, to := min((number-1)*perPage, len(items)), min(number*perPage, len(items))
		out := object{"values": slices.Concat([]any{}, items[from:to])}
		if to < len(items) {
			out["next"] = "https://api.bitbucket.org" + r.URL.Path + "?page=" + strconv.Itoa(number+1)
		}
		say(w, http.StatusOK, out)
	}
	routes := s.routes(host{
		list: "/2.0/repositories/{owner}", at: at, branches: "/refs/branches", hooks: "/hooks", change: http.MethodPut, hidden: http.StatusForbidden,
		repository: shown, branch: named, hook: hook, asHook: asHook, page: page,
	})
	routes["GET /2.0/workspaces"] = func(w http.ResponseWriter, r *http.Request) {
		var owners []string
		for _, one := range s.repos {
			if !slices.Contains(owners, one.Owner) {
				owners = append(owners, one.Owner)
			}
		}
		page(w, r, each(owners, func(owner string) any { return object{"slug": owner} }))
	}
	return routes
}

// dataCenter are the routes of Bitbucket Data Center.
func (s *Server) dataCenter() map[string]http.HandlerFunc {
	const at = "/rest/api/1.0/projects/{owner}/repos/{name}"
	shown := func(r *Repository) any { return object{"slug": r.Name, "project": object{"key": r.Owner}} }
	hook := func(k *Hook) any { return object{"id": k.ID, "url": k.URL, "active": k.Active, "events": k.Events} }
	asHook := func(r *http.Request) (*Hook, bool) {
		var b struct {
			URL           string   `json:"url"`
			Active        bool     `json:"active"`
			Events        []string `json:"events"`
			Configuration struct {
				Secret string `json:"secret"`
			} `json:"configuration"`
		}
		read(r, &b)
		return &Hook{URL: b.URL, Secret: b.Configuration.Secret, Active: b.Active, Events: b.Events}, true
	}
	page := func(w http.ResponseWriter, r *http.Request, items []any) {
		from, _ := strconv.Atoi(r.URL.Query().Get("start"))
		from = min(from, len(items))
		to := min(from+perPage, len(items))
		out := object{"values": slices.Concat([]any{}, items[from:to]), "isLastPage": to == len(items)}
		if to < len(items) {
			out["nextPageStart"] = to
		}
		say(w, http.StatusOK, out)
	}
	routes := s.routes(host{
		list: "/rest/api/1.0/repos", at: at, branches: "/branches", hooks: "/webhooks", change: http.MethodPut, hidden: http.StatusUnauthorized,
		repository: shown, branch: func(name string) any { return object{"displayId": name} }, hook: hook, asHook: asHook, page: page,
	})
	routes["GET "+at+"/default-branch"] = func(w http.ResponseWriter, _ *http.Request) {
		say(w, http.StatusOK, object{"id": "refs/heads/main", "displayId": "main"})
	}
	routes["POST "+at+"/webhooks/test"] = func(w http.ResponseWriter, r *http.Request) {
		found := s.repository(w, r)
		if !s.hooked(w, found, http.StatusUnauthorized) {
			return
		}
		if k := one(w, found, r.URL.Query().Get("webhookId")); k != nil {
			s.mu.Unlock() // the webhook may ask the host
			code := s.post(r.Context(), "bitbucket", *k, "diagnostics:ping", object{"test": true})
			s.mu.Lock()
			say(w, http.StatusOK, object{"response": object{"status": code}})
		}
	}
	return routes
}

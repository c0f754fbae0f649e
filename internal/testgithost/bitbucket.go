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
	asHook := func(r *http.Request) *Hook {
		var b struct {
			URL    string   `json:"url"`
			Secret string   `json:"secret"`
			Active bool     `json:"active"`
			Events []string `json:"events"`
		}
		read(r, &b)
		return &Hook{URL: b.URL, Secret: b.Secret, Active: b.Active, Events: b.Events}
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
	return map[string]http.HandlerFunc{
		"GET /2.0/workspaces": func(w http.ResponseWriter, r *http.Request) {
			var out []any
			for _, one := range s.repos {
				if name := (object{"slug": one.Owner}); !slices.ContainsFunc(out, func(v any) bool { return v.(object)["slug"] == one.Owner }) {
					out = append(out, name)
				}
			}
			page(w, r, out)
		},
		"GET /2.0/repositories/{owner}": func(w http.ResponseWriter, r *http.Request) {
			var out []any
			for _, one := range s.repos {
				if one.Owner == r.PathValue("owner") {
					out = append(out, shown(one))
				}
			}
			page(w, r, out)
		},
		"GET " + at: func(w http.ResponseWriter, r *http.Request) {
			if found := s.repository(w, r); found != nil {
				say(w, http.StatusOK, shown(found))
			}
		},
		"GET " + at + "/refs/branches": func(w http.ResponseWriter, r *http.Request) {
			if found := s.repository(w, r); found != nil {
				var out []any
				for _, name := range found.Branches {
					out = append(out, object{"name": name})
				}
				page(w, r, out)
			}
		},
		"GET " + at + "/hooks": func(w http.ResponseWriter, r *http.Request) {
			if found := s.repository(w, r); s.hooked(w, found, http.StatusForbidden) {
				var out []any
				for _, k := range found.hooks {
					out = append(out, hook(k))
				}
				page(w, r, out)
			}
		},
		"POST " + at + "/hooks": func(w http.ResponseWriter, r *http.Request) {
			if found := s.repository(w, r); s.hooked(w, found, http.StatusForbidden) {
				s.created(w, found, asHook(r), hook)
			}
		},
		"PUT " + at + "/hooks/{id}": s.onHook(http.StatusForbidden, func(w http.ResponseWriter, r *http.Request, _ *Repository, k *Hook) {
			id := k.ID
			*k = *asHook(r)
			k.ID = id
			say(w, http.StatusOK, hook(k))
		}),
		"DELETE " + at + "/hooks/{id}": s.onHook(http.StatusForbidden, func(w http.ResponseWriter, _ *http.Request, found *Repository, k *Hook) {
			remove(found, k)
			w.WriteHeader(http.StatusNoContent)
		}),
	}
}

// dataCenter are the routes of Bitbucket Data Center.
func (s *Server) dataCenter() map[string]http.HandlerFunc {
	const at = "/rest/api/1.0/projects/{owner}/repos/{name}"
	shown := func(r *Repository) any { return object{"slug": r.Name, "project": object{"key": r.Owner}} }
	hook := func(k *Hook) any { return object{"id": k.ID, "url": k.URL, "active": k.Active, "events": k.Events} }
	asHook := func(r *http.Request) *Hook {
		var b struct {
			URL           string   `json:"url"`
			Active        bool     `json:"active"`
			Events        []string `json:"events"`
			Configuration struct {
				Secret string `json:"secret"`
			} `json:"configuration"`
		}
		read(r, &b)
		return &Hook{URL: b.URL, Secret: b.Configuration.Secret, Active: b.Active, Events: b.Events}
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
	return map[string]http.HandlerFunc{
		"GET /rest/api/1.0/repos": func(w http.ResponseWriter, r *http.Request) {
			var out []any
			for _, one := range s.repos {
				out = append(out, shown(one))
			}
			page(w, r, out)
		},
		"GET " + at: func(w http.ResponseWriter, r *http.Request) {
			if found := s.repository(w, r); found != nil {
				say(w, http.StatusOK, shown(found))
			}
		},
		"GET " + at + "/default-branch": func(w http.ResponseWriter, _ *http.Request) {
			say(w, http.StatusOK, object{"id": "refs/heads/main", "displayId": "main"})
		},
		"GET " + at + "/branches": func(w http.ResponseWriter, r *http.Request) {
			if found := s.repository(w, r); found != nil {
				var out []any
				for _, name := range found.Branches {
					out = append(out, object{"displayId": name})
				}
				page(w, r, out)
			}
		},
		"GET " + at + "/webhooks": func(w http.ResponseWriter, r *http.Request) {
			if found := s.repository(w, r); s.hooked(w, found, http.StatusUnauthorized) {
				var out []any
				for _, k := range found.hooks {
					out = append(out, hook(k))
				}
				page(w, r, out)
			}
		},
		"POST " + at + "/webhooks": func(w http.ResponseWriter, r *http.Request) {
			if found := s.repository(w, r); s.hooked(w, found, http.StatusUnauthorized) {
				s.created(w, found, asHook(r), hook)
			}
		},
		"POST " + at + "/webhooks/test": func(w http.ResponseWriter, r *http.Request) {
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
		},
		"PUT " + at + "/webhooks/{id}": s.onHook(http.StatusUnauthorized, func(w http.ResponseWriter, r *http.Request, _ *Repository, k *Hook) {
			id := k.ID
			*k = *asHook(r)
			k.ID = id
			say(w, http.StatusOK, hook(k))
		}),
		"DELETE " + at + "/webhooks/{id}": s.onHook(http.StatusUnauthorized, func(w http.ResponseWriter, _ *http.Request, found *Repository, k *Hook) {
			remove(found, k)
			w.WriteHeader(http.StatusNoContent)
		}),
	}
}

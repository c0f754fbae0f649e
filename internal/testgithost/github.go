package testgithost

import (
	"net/http"
	"strings"
)

type object = map[string]any

// gitHub are GitHub's routes, which are those of Gitea too.
func (s *Server) gitHub(base string) map[string]http.HandlerFunc {
	at := base + "/repos/{owner}/{name}"
	isGitea := base == "/api/v1"
	shown := func(r *Repository) any {
		return object{
			"name": r.Name, "full_name": r.Owner + "/" + r.Name, "default_branch": "main", "html_url": s.URL + "/" + r.Owner + "/" + r.Name,
			"owner": object{"login": r.Owner},
		}
	}
	hook := func(k *Hook) any {
		status := "unused"
		if k.Code != 0 {
			status = "active"
		}
		return object{
			"id": k.ID, "active": k.Active, "events": k.Events, "config": object{"url": k.URL, "content_type": "json", "secret": "********"},
			"last_response": object{"code": k.Code, "status": status, "message": http.StatusText(k.Code)},
		}
	}
	type body struct {
		Name   string   `json:"name"`
		Type   string   `json:"type"`
		Active bool     `json:"active"`
		Events []string `json:"events"`
		Config struct {
			URL         string `json:"url"`
			ContentType string `json:"content_type"`
			Secret      string `json:"secret"`
		} `json:"config"`
	}
	list := func() (out []any) {
		for _, r := range s.repos {
			out = append(out, shown(r))
		}
		return out
	}
	routes := map[string]http.HandlerFunc{
		"GET " + base + "/user/repos": func(w http.ResponseWriter, r *http.Request) { s.linked(w, r, list()) },
		"GET " + at: func(w http.ResponseWriter, r *http.Request) {
			if found := s.repository(w, r); found != nil {
				say(w, http.StatusOK, shown(found))
			}
		},
		"GET " + at + "/branches": func(w http.ResponseWriter, r *http.Request) {
			if found := s.repository(w, r); found != nil {
				var out []any
				for _, name := range found.Branches {
					out = append(out, object{"name": name})
				}
				s.linked(w, r, out)
			}
		},
		"GET " + at + "/hooks": func(w http.ResponseWriter, r *http.Request) {
			if found := s.repository(w, r); s.hooked(w, found, http.StatusNotFound) {
				var out []any
				for _, k := range found.hooks {
					out = append(out, hook(k))
				}
				s.linked(w, r, out)
			}
		},
		"POST " + at + "/hooks": func(w http.ResponseWriter, r *http.Request) {
			found := s.repository(w, r)
			if !s.hooked(w, found, http.StatusNotFound) {
				return
			}
			var b body
			read(r, &b)
			if b.Config.ContentType != "json" || (isGitea && b.Type != "gitea") || (!isGitea && b.Name != "web") {
				say(w, http.StatusUnprocessableEntity, object{"message": "Validation Failed"})
				return
			}
			s.created(w, found, &Hook{URL: b.Config.URL, Secret: b.Config.Secret, Events: b.Events, Active: b.Active}, hook)
		},
		"GET " + at + "/hooks/{id}": s.onHook(http.StatusNotFound, func(w http.ResponseWriter, _ *http.Request, _ *Repository, k *Hook) {
			say(w, http.StatusOK, hook(k))
		}),
		"PATCH " + at + "/hooks/{id}": s.onHook(http.StatusNotFound, func(w http.ResponseWriter, r *http.Request, _ *Repository, k *Hook) {
			var b body
			read(r, &b)
			k.URL, k.Secret, k.Events, k.Active = b.Config.URL, b.Config.Secret, b.Events, b.Active
			say(w, http.StatusOK, hook(k))
		}),
		"DELETE " + at + "/hooks/{id}": s.onHook(http.StatusNotFound, func(w http.ResponseWriter, _ *http.Request, found *Repository, k *Hook) {
			remove(found, k)
			w.WriteHeader(http.StatusNoContent)
		}),
	}
	if isGitea {
		routes["GET /api/v1/repos/search"] = func(w http.ResponseWriter, r *http.Request) {
			var out []any
			for _, one := range s.repos {
				if strings.Contains(one.Name, r.URL.Query().Get("q")) && r.URL.Query().Get("page") == "1" {
					out = append(out, shown(one))
				}
			}
			say(w, http.StatusOK, object{"ok": true, "data": out})
		}
		return routes
	}
	routes["POST "+at+"/hooks/{id}/pings"] = s.onHook(http.StatusNotFound, func(w http.ResponseWriter, _ *http.Request, found *Repository, k *Hook) {
		w.WriteHeader(http.StatusNoContent)
		go s.send(s.t.Context(), "github", k, "ping", object{"zen": "Keep it logically awesome.", "hook_id": k.ID, "repository": object{"name": found.Name, "owner": object{"login": found.Owner}}})
	})
	return routes
}

// onHook serves requests about one webhook.
func (s *Server) onHook(hidden int, serve func(w http.ResponseWriter, r *http.Request, found *Repository, k *Hook)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		found := s.repository(w, r)
		if !s.hooked(w, found, hidden) {
			return
		}
		if k := one(w, found, r.PathValue("id")); k != nil {
			serve(w, r, found, k)
		}
	}
}

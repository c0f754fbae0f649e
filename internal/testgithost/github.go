package testgithost

import (
	"net/http"
)

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
	asHook := func(r *http.Request) (*Hook, bool) {
		var b struct {
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
		read(r, &b)
		valid := b.Config.ContentType == "json" && (isGitea && b.Type == "gitea" || !isGitea && b.Name == "web")
		return &Hook{URL: b.Config.URL, Secret: b.Config.Secret, Events: b.Events, Active: b.Active}, valid
	}
	routes := s.routes(host{
		list: base + "/user/repos", at: at, branches: "/branches", hooks: "/hooks", change: http.MethodPatch, hidden: http.StatusNotFound,
		repository: shown, branch: named, hook: hook, asHook: asHook, page: s.linked,
	})
	routes["GET "+at+"/hooks/{id}"] = s.onHook(http.StatusNotFound, func(w http.ResponseWriter, _ *http.Request, _ *Repository, k *Hook) {
		say(w, http.StatusOK, hook(k))
	})
	if isGitea {
		routes["GET /api/v1/repos/search"] = func(w http.ResponseWriter, r *http.Request) {
			var out []any
			if r.URL.Query().Get("page") == "1" {
				out = s.listed(r.URL.Query().Get("q"), "", shown)
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

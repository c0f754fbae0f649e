package testgithost

import (
	"net/http"
	"strings"
)

// gitLab are GitLab's routes. A project is named by its path, escaped.
func (s *Server) gitLab() map[string]http.HandlerFunc {
	const at = "/api/v4/projects/{project}"
	shown := func(r *Repository) any {
		path := r.Owner + "/" + r.Name
		return object{"name": r.Title, "path_with_namespace": path, "default_branch": "main", "web_url": s.URL + "/" + path, "namespace": object{"name": r.Namespace}}
	}
	hook := func(k *Hook) any { return object{"id": k.ID, "url": k.URL} }
	asHook := func(r *http.Request) (*Hook, bool) {
		var b struct {
			URL   string `json:"url"`
			Token string `json:"token"`
			Push  bool   `json:"push_events"`
			Tag   bool   `json:"tag_push_events"`
			Merge bool   `json:"merge_requests_events"`
		}
		read(r, &b)
		k := &Hook{URL: b.URL, Secret: b.Token, Active: true}
		for name, on := range map[string]bool{"push": b.Push, "tag_push": b.Tag, "merge_request": b.Merge} {
			if on {
				k.Events = append(k.Events, name)
			}
		}
		return k, true
	}
	routes := s.routes(host{
		list: "/api/v4/projects", at: at, branches: "/repository/branches", hooks: "/hooks", change: http.MethodPut, hidden: http.StatusForbidden,
		repository: shown, branch: named, hook: hook, asHook: asHook, page: s.linked,
	})
	for pattern, serve := range routes {
		routes[pattern] = func(w http.ResponseWriter, r *http.Request) {
			owner, name, _ := strings.Cut(r.PathValue("project"), "/")
			r.SetPathValue("owner", owner)
			r.SetPathValue("name", name)
			serve(w, r)
		}
	}
	return routes
}

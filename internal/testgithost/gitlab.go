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
	type body struct {
		URL   string `json:"url"`
		Token string `json:"token"`
		Push  bool   `json:"push_events"`
		Tag   bool   `json:"tag_push_events"`
		Merge bool   `json:"merge_requests_events"`
	}
	asHook := func(r *http.Request) *Hook {
		var b body
		read(r, &b)
		k := &Hook{URL: b.URL, Secret: b.Token, Active: true}
		for name, on := range map[string]bool{"push": b.Push, "tag_push": b.Tag, "merge_request": b.Merge} {
			if on {
				k.Events = append(k.Events, name)
			}
		}
		return k
	}
	named := func(next http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			owner, name, _ := strings.Cut(r.PathValue("project"), "/")
			r.SetPathValue("owner", owner)
			r.SetPathValue("name", name)
			next(w, r)
		}
	}
	return map[string]http.HandlerFunc{
		"GET /api/v4/projects": func(w http.ResponseWriter, r *http.Request) {
			var out []any
			for _, one := range s.repos {
				if strings.Contains(one.Name, r.URL.Query().Get("search")) {
					out = append(out, shown(one))
				}
			}
			s.linked(w, r, out)
		},
		"GET " + at: named(func(w http.ResponseWriter, r *http.Request) {
			if found := s.repository(w, r); found != nil {
				say(w, http.StatusOK, shown(found))
			}
		}),
		"GET " + at + "/repository/branches": named(func(w http.ResponseWriter, r *http.Request) {
			if found := s.repository(w, r); found != nil {
				var out []any
				for _, name := range found.Branches {
					out = append(out, object{"name": name})
				}
				s.linked(w, r, out)
			}
		}),
		"GET " + at + "/hooks": named(func(w http.ResponseWriter, r *http.Request) {
			if found := s.repository(w, r); s.hooked(w, found, http.StatusForbidden) {
				var out []any
				for _, k := range found.hooks {
					out = append(out, hook(k))
				}
				s.linked(w, r, out)
			}
		}),
		"POST " + at + "/hooks": named(func(w http.ResponseWriter, r *http.Request) {
			if found := s.repository(w, r); s.hooked(w, found, http.StatusForbidden) {
				s.created(w, found, asHook(r), hook)
			}
		}),
		"PUT " + at + "/hooks/{id}": named(s.onHook(http.StatusForbidden, func(w http.ResponseWriter, r *http.Request, _ *Repository, k *Hook) {
			id := k.ID
			*k = *asHook(r)
			k.ID = id
			say(w, http.StatusOK, hook(k))
		})),
		"DELETE " + at + "/hooks/{id}": named(s.onHook(http.StatusForbidden, func(w http.ResponseWriter, _ *http.Request, found *Repository, k *Hook) {
			remove(found, k)
			w.WriteHeader(http.StatusNoContent)
		})),
	}
}

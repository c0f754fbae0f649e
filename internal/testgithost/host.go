package testgithost

import (
	"net/http"
)

type object = map[string]any

// host is how a kind of host names things, and what its answers look like. Everything else
// is the same for all.
type host struct {
	// list is where its repositories are listed, and at where one is, with the path
	// parameters owner and name.
	list, at        string
	branches, hooks string
	// change is the method of requests that change a webhook.
	change string
	// hidden is the status for credentials that may not manage webhooks.
	hidden     int
	repository func(*Repository) any
	branch     func(name string) any
	hook       func(*Hook) any
	// asHook reads a request that makes or changes a webhook; false if it isn't valid.
	asHook func(r *http.Request) (*Hook, bool)
	// page answers with a page of a list.
	page func(w http.ResponseWriter, r *http.Request, items []any)
}

// routes are the host's.
func (s *Server) routes(h host) map[string]http.HandlerFunc {
	about := func(serve func(w http.ResponseWriter, r *http.Request, found *Repository)) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if found := s.repository(w, r); found != nil {
				serve(w, r, found)
			}
		}
	}
	managed := func(serve func(w http.ResponseWriter, r *http.Request, found *Repository)) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if found := s.repository(w, r); s.hooked(w, found, h.hidden) {
				serve(w, r, found)
			}
		}
	}
	return map[string]http.HandlerFunc{
		"GET " + h.list: func(w http.ResponseWriter, r *http.Request) {
			h.page(w, r, s.listed(r.URL.Query().Get("search"), r.PathValue("owner"), h.repository))
		},
		"GET " + h.at: about(func(w http.ResponseWriter, _ *http.Request, found *Repository) {
			say(w, http.StatusOK, h.repository(found))
		}),
		"GET " + h.at + h.branches: about(func(w http.ResponseWriter, r *http.Request, found *Repository) {
			h.page(w, r, each(found.Branches, h.branch))
		}),
		"GET " + h.at + h.hooks: managed(func(w http.ResponseWriter, r *http.Request, found *Repository) {
			h.page(w, r, each(found.hooks, h.hook))
		}),
		"POST " + h.at + h.hooks: managed(func(w http.ResponseWriter, r *http.Request, found *Repository) {
			k, ok := h.asHook(r)
			if !ok {
				say(w, http.StatusUnprocessableEntity, object{"message": "Validation Failed"})
				return
			}
			s.created(w, found, k, h.hook)
		}),
		h.change + " " + h.at + h.hooks + "/{id}": s.onHook(h.hidden, func(w http.ResponseWriter, r *http.Request, _ *Repository, k *Hook) {
			changed, _ := h.asHook(r)
			changed.ID, changed.Code = k.ID, k.Code
			*k = *changed
			say(w, http.StatusOK, h.hook(k))
		}),
		"DELETE " + h.at + h.hooks + "/{id}": s.onHook(h.hidden, func(w http.ResponseWriter, _ *http.Request, found *Repository, k *Hook) {
			remove(found, k)
			w.WriteHeader(http.StatusNoContent)
		}),
	}
}

func each[T any](items []T, shown func(T) any) (out []any) {
	for _, item := range items {
		out = append(out, shown(item))
	}
	return out
}

// named is a branch as most hosts show it.
func named(name string) any { return object{"name": name} }

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

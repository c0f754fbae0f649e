package api

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/fault"
)

// documentPath is the path as the document has it: without the multiplexer's
// marks for the root alone and for the rest of a path.
func documentPath(rt rest.Route) string {
	return strings.ReplaceAll(strings.TrimSuffix(rt.Path, "{$}"), "...}", "}")
}

// mount registers the routes with multiplexers, which are to be asked in this
// order.
func (s *server) mount(routes []rest.Route) ([]*http.ServeMux, error) {
	first, last := http.NewServeMux(), http.NewServeMux()
	names := map[string]string{}
	for _, rt := range routes {
		pattern := rt.Method + " " + rt.Path
		if other, taken := names[rt.Name]; taken {
			return nil, fmt.Errorf("api: %s and %s are both named %q", other, pattern, rt.Name)
		}
		if rt.Needs.On == rest.Undeclared {
			return nil, fmt.Errorf("api: %s doesn't declare which permission it needs", pattern)
		}
		names[rt.Name] = pattern
		mux := first
		if rt.Overlaps {
			mux = last
		}
		mux.Handle(pattern, s.handler(rt))
	}
	return []*http.ServeMux{first, last}, nil
}

// oneApplication refuses a wildcard for the application whose things a route is
// about, as Gate does: what is meant for one is not to be asked for all.
func oneApplication(rt rest.Route, r *http.Request) error {
	if rt.Everywhere || r.PathValue("application") != "*" || !strings.HasPrefix(rt.Path, "/applications/{application}/") {
		return nil
	}
	return fault.New(fault.Invalid, "* is not an application: name one")
}

func (s *server) handler(rt rest.Route) http.Handler {
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r, err := s.signIn(r)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		if !rt.Endless {
			ctx, cancel := context.WithTimeout(r.Context(), s.config.RequestTimeout)
			defer cancel()
			r = r.WithContext(ctx) //nolint:contextcheck // it is the request's
		}
		r, release := s.memory.Reserve(r)
		defer release()
		if err := s.permit(r, rt.Needs); err != nil {
			s.fail(w, r, err)
			return
		}
		if err := oneApplication(rt, r); err != nil {
			s.fail(w, r, err)
			return
		}
		if rt.Raw != nil {
			if err := rt.Raw(w, r); err != nil {
				s.fail(w, r, err)
			}
			return
		}
		value, err := rt.Serve(r)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		s.reply(w, r, rt.Status, value)
	})
	if rt.Endless {
		return s.compressParts(h)
	}
	return s.compress(h)
}

package api

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
)

// route is one endpoint: what the multiplexer serves and what the OpenAPI
// document says of it.
type route struct {
	method, path string
	// name is the operation's id in the document, unique among all.
	name string
	// needs is what who calls it must be allowed to do.
	needs   need
	tag     string
	summary string
	params  []param
	// body describes the request's body; nil where none is read.
	body *body
	// status is the answer's status when all goes well; 200 where unset.
	status int
	// result is the schema of the answer's body; nil for an empty one.
	result schema
	// produces is the answer's content type; JSON where unset.
	produces string
	// deprecated marks paths kept for old clients.
	deprecated bool
	// serve gives the answer's body, written as JSON; nil writes none.
	serve func(r *http.Request) (any, error)
	// raw, set in place of serve, writes the answer itself.
	raw func(w http.ResponseWriter, r *http.Request) error
	// refused is the status of a route that answers nothing but an error.
	refused int
	// overlaps marks a route that is looked at after all others, since another
	// one's pattern overlaps its own and neither is the narrower.
	overlaps bool
	// everywhere says that "*" for the application stands for all of them.
	everywhere bool
	// endless routes have no time limit: they end with the client or the server.
	endless bool
}

// param is a query parameter of a route. Path parameters follow from the path.
type param struct {
	name     string
	kind     string // "string", "integer" or "boolean"
	about    string
	required bool
}

// body is what a route reads: a JSON document.
type body struct {
	schema   schema
	required bool
}

func text(name, about string) param    { return param{name: name, kind: "string", about: about} }
func integer(name, about string) param { return param{name: name, kind: "integer", about: about} }

// sized is the size of a list; more than the most counts as the most.
func sized(name, about string, most int) param {
	return integer(name, fmt.Sprintf("%s; at most %d", about, most))
}
func boolean(name, about string) param { return param{name: name, kind: "boolean", about: about} }

func needed(p param) param {
	p.required = true
	return p
}

func needs(s schema) *body  { return &body{schema: s, required: true} }
func allows(s schema) *body { return &body{schema: s} }

// pathParams lists the names in the path's braces.
func (rt route) pathParams() []string {
	var out []string
	for segment := range strings.SplitSeq(rt.path, "/") {
		if name, ok := strings.CutPrefix(segment, "{"); ok && name != "$}" {
			out = append(out, strings.TrimSuffix(strings.TrimSuffix(name, "}"), "..."))
		}
	}
	return out
}

// documentPath is the path as the document has it: without the multiplexer's
// marks for the root alone and for the rest of a path.
func (rt route) documentPath() string {
	return strings.ReplaceAll(strings.TrimSuffix(rt.path, "{$}"), "...}", "}")
}

// mount registers the routes with multiplexers, which are to be asked in this
// order.
func (s *server) mount(routes []route) ([]*http.ServeMux, error) {
	first, last := http.NewServeMux(), http.NewServeMux()
	names := map[string]string{}
	for _, rt := range routes {
		pattern := rt.method + " " + rt.path
		if other, taken := names[rt.name]; taken {
			return nil, fmt.Errorf("api: %s and %s are both named %q", other, pattern, rt.name)
		}
		if !rt.needs.declared {
			return nil, fmt.Errorf("api: %s doesn't declare which permission it needs", pattern)
		}
		names[rt.name] = pattern
		mux := first
		if rt.overlaps {
			mux = last
		}
		mux.Handle(pattern, s.handler(rt))
	}
	return []*http.ServeMux{first, last}, nil
}

// oneApplication refuses a wildcard for the application whose things a route is
// about, as Gate does: what is meant for one is not to be asked for all.
func (rt route) oneApplication(r *http.Request) error {
	if rt.everywhere || r.PathValue("application") != "*" || !strings.HasPrefix(rt.path, "/applications/{application}/") {
		return nil
	}
	return fault.New(fault.Invalid, "* is no application: name one")
}

func (s *server) handler(rt route) http.Handler {
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r, err := s.signIn(r)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		if !rt.endless {
			ctx, cancel := context.WithTimeout(r.Context(), s.config.RequestTimeout)
			defer cancel()
			r = r.WithContext(ctx) //nolint:contextcheck // it is the request's
		}
		r, release := s.reserving(r)
		defer release()
		r.Body = &limitedBody{ReadCloser: r.Body, left: s.config.BodyLimit}
		if err := s.permit(r, rt.needs); err != nil {
			s.fail(w, r, err)
			return
		}
		if err := rt.oneApplication(r); err != nil {
			s.fail(w, r, err)
			return
		}
		if rt.raw != nil {
			if err := rt.raw(w, r); err != nil {
				s.fail(w, r, err)
			}
			return
		}
		value, err := rt.serve(r)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		s.reply(w, r, rt.status, value)
	})
	if rt.endless {
		return s.compressParts(h)
	}
	return s.compress(h)
}

package api

import (
	"net/http"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/model"
)

// What follows are the older names of package rest's, for the areas that have not
// moved to packages of their own yet.

type (
	schema = rest.Schema
	param  = rest.Param
)

type route struct {
	method, path, name string
	needs              rest.Need
	tag, summary       string
	params             []param
	body               *rest.Body
	result             schema
	produces           string
	deprecated         bool
	serve              func(r *http.Request) (any, error)
	raw                func(w http.ResponseWriter, r *http.Request) error
	overlaps           bool
	everywhere         bool
	endless            bool
}

func modern(routes []route) []rest.Route {
	out := make([]rest.Route, len(routes))
	for i, rt := range routes {
		out[i] = rest.Route{
			Method: rt.method, Path: rt.path, Name: rt.name, Needs: rt.needs, Tag: rt.tag, Summary: rt.summary,
			Params: rt.params, Body: rt.body, Result: rt.result, Produces: rt.produces, Deprecated: rt.deprecated,
			Serve: rt.serve, Raw: rt.raw, Overlaps: rt.overlaps, Everywhere: rt.everywhere, Endless: rt.endless,
		}
	}
	return out
}

var (
	anyone        = rest.Anyone
	administrator = rest.Administrator
	ref           = rest.Ref
	listOf        = rest.ListOf
	text          = rest.Text
	integer       = rest.Integer
	boolean       = rest.Boolean
	sized         = rest.Sized
	needs         = rest.RequiredBody
	userOf        = rest.User
	accessDenied  = rest.AccessDenied
)

const (
	maxItems = rest.MaxItems
	sseWrite = rest.StreamWrite
)

func inItsPath(a access.Authorization, path string) rest.Need { return rest.InItsPath(a, path) }
func onApplication(a access.Authorization) rest.Need          { return rest.OnApplication(a) }
func onAccount(a access.Authorization) rest.Need              { return rest.OnAccount(a) }
func orEmpty[T any](list []T) []T                             { return rest.OrEmpty(list) }

type query struct{ *rest.Query }

func queryOf(r *http.Request) query { return query{rest.QueryOf(r)} }

func (q query) text(name string) string                { return q.Text(name) }
func (q query) list(name string) []string              { return q.List(name) }
func (q query) boolean(name string, missing bool) bool { return q.Boolean(name, missing) }
func (q query) integer(name string, missing, least int64) int64 { //nolint:unparam // as the others have it
	return q.Integer(name, missing, least)
}
func (q query) count(name string, missing, least int) int { return q.Count(name, missing, least) }
func (q query) size(name string, missing, least, most int) int {
	return q.Size(name, missing, least, most)
}
func (q query) err() error { return q.Err() }

type sse struct{ *rest.SSE }

func openSSE(w http.ResponseWriter) (sse, error) {
	out, err := rest.OpenSSE(w)
	return sse{out}, err
}

func (s sse) send(name, id string, value any) error { return s.Send(name, id, value) }
func (s sse) beat() error                           { return s.Beat() }

func (s *server) object(r *http.Request) (map[string]any, error) { return rest.Object(r) }
func (s *server) mayAdminister(r *http.Request) bool             { return rest.Administers(r) }
func (q query) statuses() []model.Status                         { return q.Statuses() }

// Routes lists the routes of the areas that are still here.
func Routes() []rest.Route { return (&server{}).routes() }

package api

import (
	"errors"
	"net/http"
	"strings"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/store"
)

// permit refuses a request whose caller lacks what the route needs. Here, and
// nowhere else, requests are checked. A resource that isn't there is told as what
// it is: the route would.
func (s *server) permit(r *http.Request, n rest.Need) error {
	if s.authorizer == nil || n.On == rest.Nothing {
		return nil
	}
	name, err := s.resource(r, n)
	if err != nil {
		return err
	}
	if s.authorizer.Allows(rest.User(r), n.Permission, name) {
		return nil
	}
	if n.Permission.Kind == access.Platform {
		return fault.New(fault.Forbidden, "Access denied: only administrators may do this")
	}
	return fault.New(fault.Forbidden, "Access denied to %s %s - required authorization: %s",
		strings.ToLower(string(n.Permission.Kind)), name, n.Permission.Authorization)
}

// resource finds the name of what a request is about.
func (s *server) resource(r *http.Request, n rest.Need) (string, error) {
	name := n.ID
	if n.Parameter != "" {
		name = r.PathValue(n.Parameter)
	}
	switch n.On {
	case rest.OfExecution:
		e, err := s.executions.ExecutionOutline(r.Context(), name)
		if err != nil {
			return "", err
		}
		return e.Execution.Application, nil
	case rest.OfPipeline:
		p, err := s.pipelines.Pipeline(r.Context(), name)
		if errors.Is(err, store.ErrNotFound) {
			return "", nil
		}
		return p.Application(), err
	case rest.Undeclared, rest.Nothing, rest.Installation, rest.Named:
	}
	return name, nil
}

package api

import (
	"errors"
	"net/http"
	"strings"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/store"
)

// need is what a route asks of who calls it. Every route declares one. What a
// route's body is about is checked by what the route starts: a task, say, checks
// the accounts and applications of its jobs, as in Spinnaker.
type need struct {
	// declared tells a need from one that was forgotten.
	declared bool
	// permission is what is needed; the zero value for nothing at all.
	permission access.Permission
	// name finds the resource that a request is about.
	name func(s *server, r *http.Request) (string, error)
}

// anyone is for what everybody may do, lists that hold only what the caller may
// see, and what is checked by what the route starts.
var anyone = need{declared: true}

// administrator is for what concerns the whole installation.
var administrator = need{
	declared: true, permission: access.Permission{Kind: access.Platform, Authorization: access.Write},
	name: func(*server, *http.Request) (string, error) { return "", nil },
}

// onApplication is for a route below /applications/{application}, or one that has
// it elsewhere in its path.
func onApplication(a access.Authorization) need {
	return need{declared: true, permission: access.Permission{Kind: access.Application, Authorization: a}, name: inPath("application")}
}

// onAccount is for a route with an {account} in its path.
func onAccount(a access.Authorization) need {
	return need{declared: true, permission: access.Permission{Kind: access.Account, Authorization: a}, name: inPath("account")}
}

// onExecution is for a route about the execution {id}: its application's
// permission is needed.
func onExecution(a access.Authorization) need {
	return need{
		declared: true, permission: access.Permission{Kind: access.Application, Authorization: a},
		name: func(s *server, r *http.Request) (string, error) { return s.applicationOf(r, r.PathValue("id")) },
	}
}

func (s *server) applicationOf(r *http.Request, executionID string) (string, error) {
	e, err := s.store.ExecutionOutline(r.Context(), executionID)
	if err != nil {
		return "", err
	}
	return e.Execution.Application, nil
}

// onConfig is for a route about the stored pipeline whose id is in its path. One
// that is gone belongs to no application.
func onConfig(a access.Authorization, parameter string) need {
	return need{
		declared: true, permission: access.Permission{Kind: access.Application, Authorization: a},
		name: func(s *server, r *http.Request) (string, error) {
			p, err := s.store.Pipeline(r.Context(), r.PathValue(parameter))
			if errors.Is(err, store.ErrNotFound) {
				return "", nil
			}
			return p.Application(), err
		},
	}
}

// inItsPath is for a route that is about whatever its path names: an execution, an
// application, an account, or none of them.
func inItsPath(a access.Authorization, path string) need {
	switch {
	case strings.HasPrefix(path, "/pipelines/{id}/"), strings.HasPrefix(path, "/tasks/{id}/"):
		return onExecution(a)
	case strings.Contains(path, "{application}"):
		return onApplication(a)
	case strings.Contains(path, "{account}"):
		return onAccount(a)
	}
	return anyone
}

func inPath(parameter string) func(*server, *http.Request) (string, error) {
	return func(_ *server, r *http.Request) (string, error) { return r.PathValue(parameter), nil }
}

// permitOn is permit for one of several executions that a request names.
func (s *server) permitOn(r *http.Request, a access.Authorization, executionID string) error {
	n := onExecution(a)
	n.name = func(s *server, r *http.Request) (string, error) { return s.applicationOf(r, executionID) }
	return s.permit(r, n)
}

// permit refuses a request whose caller lacks what the route needs. Here, and
// nowhere else, requests are checked. A resource that isn't there is told as what
// it is: the route would.
func (s *server) permit(r *http.Request, n need) error {
	if s.authorizer == nil || n.name == nil {
		return nil
	}
	name, err := n.name(s, r)
	if err != nil {
		return err
	}
	if s.authorizer.Allows(userOf(r), n.permission, name) {
		return nil
	}
	if n.permission.Kind == access.Platform {
		return fault.New(fault.Forbidden, "Access denied: only administrators may do this")
	}
	return fault.New(fault.Forbidden, "Access denied to %s %s - required authorization: %s",
		strings.ToLower(string(n.permission.Kind)), name, n.permission.Authorization)
}

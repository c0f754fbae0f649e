package rest

import (
	"context"
	"net/http"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/fault"
)

// Session is what package api knows of who makes a request, for its handler.
type Session struct {
	// User is who asks.
	User access.Principal
	// Administers tells whether who asks may do what Gate keeps for
	// administrators.
	Administers bool
	// Caller completes User with what is recorded of who starts something.
	Caller func(*http.Request) (access.Principal, error)
	// Permit refuses a request whose user lacks a permission.
	Permit func(*http.Request, Need) error
}

type sessionKey struct{}

// WithSession is the context of a request with its session.
func WithSession(ctx context.Context, s Session) context.Context {
	return context.WithValue(ctx, sessionKey{}, s)
}

func sessionOf(r *http.Request) Session {
	s, _ := r.Context().Value(sessionKey{}).(Session)
	return s
}

// User is who a request comes from.
func User(r *http.Request) access.Principal { return sessionOf(r).User }

// Caller is who a request comes from, with what is recorded of it in what it
// starts: the client's kind, and the accounts that it may use.
func Caller(r *http.Request) (access.Principal, error) {
	if s := sessionOf(r); s.Caller != nil {
		return s.Caller(r)
	}
	return User(r), nil
}

// Administers tells whether a request may do what Gate keeps for administrators.
// Where nobody has to log in everybody may, as with a Fiat that is off.
func Administers(r *http.Request) bool { return sessionOf(r).Administers }

// AccessDenied is the refusal of what only administrators may do.
func AccessDenied() error { return fault.New(fault.Forbidden, "Access is denied") }

// PermitOnExecution checks a permission on the application of one of several
// executions that a request names. An execution that the path names is checked by
// the route's need.
func PermitOnExecution(r *http.Request, a access.Authorization, id string) error {
	s := sessionOf(r)
	if s.Permit == nil {
		return nil
	}
	need := OnExecution(a)
	need.Parameter, need.ID = "", id
	return s.Permit(r, need)
}

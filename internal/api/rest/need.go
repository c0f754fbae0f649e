package rest

import (
	"strings"

	"github.com/gennaker/gennaker/internal/access"
)

// Need is what a route asks of who calls it. Every route declares one; package
// api checks it before the handler is called. What a route's body is about is
// checked by what the route starts: a task, say, checks the accounts and
// applications of its jobs, as in Spinnaker.
type Need struct {
	// Permission is what is needed; the zero value for nothing at all.
	Permission access.Permission
	// On is what it is needed on, and Parameter the path parameter that names it.
	On        Resource
	Parameter string
	// ID is what a parameter would say, if it is not the path that names it.
	ID string
}

// Resource says what a permission is needed on.
type Resource int

// The resources of needs.
const (
	// Undeclared is the zero value: a route that declares no need is not mounted.
	Undeclared Resource = iota
	// Nothing is for what anyone may do.
	Nothing
	// Installation is all of it.
	Installation
	// Named is what the path names itself: an application, an account.
	Named
	// OfExecution is the application of an execution.
	OfExecution
	// OfPipeline is the application of a stored pipeline.
	OfPipeline
)

// Anyone is for what everybody may do, lists that hold only what the caller may
// see, and what is checked by what the route starts.
var Anyone = Need{On: Nothing}

// Administrator is for what concerns the whole installation.
var Administrator = Need{Permission: access.Permission{Kind: access.Platform, Authorization: access.Write}, On: Installation}

// OnApplication is for a route below /applications/{application}, or one that has
// it elsewhere in its path.
func OnApplication(a access.Authorization) Need {
	return Need{Permission: access.Permission{Kind: access.Application, Authorization: a}, On: Named, Parameter: "application"}
}

// OnAccount is for a route with an {account} in its path.
func OnAccount(a access.Authorization) Need {
	return Need{Permission: access.Permission{Kind: access.Account, Authorization: a}, On: Named, Parameter: "account"}
}

// OnExecution is for a route about the execution {id}: its application's
// permission is needed.
func OnExecution(a access.Authorization) Need {
	return Need{Permission: access.Permission{Kind: access.Application, Authorization: a}, On: OfExecution, Parameter: "id"}
}

// OnPipeline is for a route about the stored pipeline whose id is in its path. One
// that is gone belongs to no application.
func OnPipeline(a access.Authorization, parameter string) Need {
	return Need{Permission: access.Permission{Kind: access.Application, Authorization: a}, On: OfPipeline, Parameter: parameter}
}

// InItsPath is for a route that is about whatever its path names: an execution, an
// application, an account, or none of them.
func InItsPath(a access.Authorization, path string) Need {
	switch {
	case strings.HasPrefix(path, "/pipelines/{id}/"), strings.HasPrefix(path, "/tasks/{id}/"):
		return OnExecution(a)
	case strings.Contains(path, "{application}"):
		return OnApplication(a)
	case strings.Contains(path, "{account}"):
		return OnAccount(a)
	}
	return Anyone
}

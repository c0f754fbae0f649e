// Package api is the HTTP face of the platform: Gate's REST API with Orca's own
// endpoints beside it, live events for browsers, and the OpenAPI document of
// all of it.
//
// Paths, verbs, bodies and status codes are Gate's, so that its clients work
// unchanged. The API consists of areas, which are packages of their own below this
// one, written with package rest. This package knows none of them: it mounts those
// that it is given, tells who makes a request, checks the permissions that routes
// need, writes answers and errors, and makes the document from the same routes.
package api

// Package api is the HTTP face of the platform: Gate's REST API with Orca's own
// endpoints beside it, live events for browsers, and the OpenAPI document of
// all of it.
//
// Paths, verbs, bodies and status codes are Gate's, so that its clients work
// unchanged. One table of routes drives both the multiplexer and the document.
// The package holds no state of its own: it reads the store, hands work to the
// execution service, and waits on the events bus.
package api

package agent

import (
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
)

// Limits are what an agent lets through, whatever its service account may do.
type Limits struct {
	// Namespaces are the only ones to let requests into; all, and what is in
	// none, where empty.
	Namespaces []string
	// ReadOnly lets nothing through that could change anything.
	ReadOnly bool
}

// refuse says why a request is not let through; "" where it is.
func (l Limits) refuse(r *http.Request) string {
	if l.ReadOnly || len(l.Namespaces) > 0 {
		// What is looked at must be what the API server sees.
		if r.URL.Path != path.Clean(r.URL.Path) && r.URL.Path != path.Clean(r.URL.Path)+"/" {
			return "rejects paths with empty or relative segments"
		}
	}
	about := parseTarget(r.URL.Path)
	if about.discovery || about.selfReview {
		return ""
	}
	if l.ReadOnly && !readOnly(r.Method, about) {
		return "lets nothing through that could change anything (--read-only)"
	}
	if len(l.Namespaces) > 0 && !slices.Contains(l.Namespaces, about.namespace) {
		allowed := strings.Join(l.Namespaces, ", ")
		if about.namespace == "" {
			return fmt.Sprintf("allows requests to the namespaces %s only (--namespaces), but this one is for the whole cluster", allowed)
		}
		return fmt.Sprintf("lets requests into namespaces %s only (--namespaces), not %s", allowed, about.namespace)
	}
	return ""
}

// subject is what a path of the API is about.
type subject struct {
	// discovery says that it tells of the API itself.
	discovery bool
	// selfReview says that it asks who one is, and what one may do.
	selfReview bool
	// namespace is "" for what is in none, or in all of them.
	namespace   string
	resource    string
	subresource string
}

// parseTarget reads a path as API servers do.
func parseTarget(p string) subject {
	parts := strings.Split(strings.Trim(p, "/"), "/")
	var group string
	switch parts[0] {
	case "api": // api/VERSION/...
		parts = parts[1:]
	case "apis": // apis/GROUP/VERSION/...
		parts = parts[1:]
		if len(parts) > 0 {
			group, parts = parts[0], parts[1:]
		}
	case "version", "healthz", "livez", "readyz", "openapi":
		return subject{discovery: true}
	default:
		return subject{resource: "/" + parts[0]}
	}
	if len(parts) <= 1 { // no more than a version
		return subject{discovery: true}
	}
	parts = parts[1:]
	if parts[0] == "watch" && len(parts) > 1 { // the old way to watch
		parts = parts[1:]
	}
	var s subject
	if parts[0] == "namespaces" && len(parts) > 1 {
		s.namespace = parts[1]
		switch {
		case len(parts) == 2: // the namespace itself
			s.resource = "namespaces"
			return s
		case parts[2] == "status" || parts[2] == "finalize":
			s.resource, s.subresource = "namespaces", parts[2]
			return s
		}
		parts = parts[2:]
	}
	s.resource = parts[0]
	if len(parts) > 2 {
		s.subresource = parts[2]
	}
	s.selfReview = group == "authorization.k8s.io" && (s.resource == "selfsubjectaccessreviews" || s.resource == "selfsubjectrulesreviews") ||
		group == "authentication.k8s.io" && s.resource == "selfsubjectreviews"
	return s
}

// connecting are the subresources that do things whatever the method.
var connecting = []string{"exec", "attach", "portforward", "proxy"}

// readOnly tells whether a request changes nothing. Dry runs are not let
// through: an aggregated API server need not know of them.
func readOnly(method string, about subject) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return !slices.Contains(connecting, about.subresource) && about.resource != "proxy"
	}
	return false
}

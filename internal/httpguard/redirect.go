package httpguard

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// harmless are the headers that a redirect may carry to another origin. Any
// other may hold a secret: net/http removes Authorization and Cookie itself,
// and keeps the likes of X-Api-Key and Private-Token.
var harmless = []string{
	"Accept", "Accept-Encoding", "Accept-Language", "Content-Type", "Idempotency-Key", "User-Agent", "Traceparent", "Tracestate",
}

// keepSecrets removes the headers that may hold secrets from a request that a
// redirect sends to another origin than the first request's.
func keepSecrets(req, first *http.Request) {
	if SameOrigin(first.URL, req.URL) {
		return
	}
	for name := range req.Header {
		if !slices.Contains(harmless, http.CanonicalHeaderKey(name)) {
			delete(req.Header, name)
		}
	}
}

// SameOrigin tells whether a secret that is meant for one URL may be sent to
// another: to the same host and port, and never from TLS to plain text. From
// plain text to TLS the default port may become the other default port.
func SameOrigin(origin, to *url.URL) bool {
	if !strings.EqualFold(origin.Hostname(), to.Hostname()) || origin.Scheme == "https" && to.Scheme != "https" {
		return false
	}
	from, next := port(origin), port(to)
	return from == next || from == "80" && next == "443" && to.Scheme == "https"
}

// port is the port that a URL leads to.
func port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}

package api

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/telemetry"
)

// CORS says which pages of other origins may call the API, such as a Deck that
// is served elsewhere.
type CORS struct {
	// AllowedOrigins lists origins, such as "http://localhost:9000".
	AllowedOrigins []string
	// AllowedOriginsPattern is a regular expression that a whole origin may
	// match too: Gate's cors.allowed-origins-pattern.
	AllowedOriginsPattern string
}

const (
	corsMethods = "POST, GET, OPTIONS, DELETE, PUT, PATCH"
	corsHeaders = "x-requested-with, content-type, authorization, X-RateLimit-App, X-Spinnaker-Priority, " +
		telemetry.RequestIDHeader + ", Last-Event-ID, If-None-Match"
	corsExposed = "X-AUTH-REDIRECT-URL, ETag, Warning, " + telemetry.RequestIDHeader
	corsMaxAge  = "3600"
)

// Origins decides which origins are allowed.
type Origins struct {
	exact   map[string]bool
	pattern *regexp.Regexp
}

// NewOrigins reads which origins are allowed.
func NewOrigins(c CORS) (*Origins, error) {
	out := &Origins{exact: map[string]bool{}}
	for _, origin := range c.AllowedOrigins {
		u, err := url.Parse(origin)
		if err != nil || u.Scheme == "" || u.Host == "" || strings.TrimSuffix(u.Path, "/") != "" {
			return nil, fmt.Errorf("api: %q is not an origin; write it as https://host:port", origin)
		}
		out.exact[strings.ToLower(u.Scheme+"://"+u.Host)] = true
	}
	if c.AllowedOriginsPattern != "" {
		pattern, err := regexp.Compile(`^(?:` + c.AllowedOriginsPattern + `)$`)
		if err != nil {
			return nil, fmt.Errorf("api: pattern of allowed origins: %w", err)
		}
		out.pattern = pattern
	}
	return out, nil
}

// Allow tells whether pages of an origin may call the API.
func (o *Origins) Allow(origin string) bool {
	return o.exact[strings.ToLower(origin)] || (o.pattern != nil && o.pattern.MatchString(origin))
}

// withCORS answers browsers' questions about other origins. An origin that
// isn't allowed gets no CORS header at all (Gate answers "*", which lets any
// page read an installation without login), and may change nothing.
func (s *server) withCORS(next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		origin := r.Header.Get("Origin")
		allowed := origin != "" && s.origins.Allow(origin)
		w.Header().Add("Vary", "Origin")
		if allowed {
			h := w.Header()
			h.Set("Access-Control-Allow-Origin", origin)
			h.Set("Access-Control-Allow-Credentials", "true")
			h.Set("Access-Control-Allow-Methods", corsMethods)
			h.Set("Access-Control-Allow-Headers", corsHeaders)
			h.Set("Access-Control-Expose-Headers", corsExposed)
			h.Set("Access-Control-Max-Age", corsMaxAge)
			// Also at paths that aren't there: the page is to see the 404.
			if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
				w.WriteHeader(http.StatusOK)
				return
			}
		} else if err := guard.Check(r); err != nil {
			s.fail(w, r, foreign(origin))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// foreign is the refusal of a change that a page of another site asks for. A
// browser may name the site, or only say that it is another one.
func foreign(origin string) error {
	if origin == "" {
		return fault.New(fault.Forbidden, "pages of other sites can't change anything here; to allow a site, add its origin to server.cors.allowedOrigins")
	}
	return fault.New(fault.Forbidden, "pages of %q can't change anything here; to allow them, add this origin to server.cors.allowedOrigins", origin)
}

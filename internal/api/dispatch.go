package api

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
)

// dispatch gives requests to the first multiplexer that has their path, and
// answers what none would: unknown paths and methods in Spring's shape, and
// OPTIONS.
func (s *server) dispatch(muxes []*http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = withoutTrailingSlash(r)
		if !clean(r.URL) {
			s.fail(w, r, fault.New(fault.Invalid, "the path has empty or relative segments; write slashes in names as %%2F"))
			return
		}
		var allowed []string
		for _, mux := range muxes {
			if _, pattern := mux.Handler(r); pattern != "" {
				note(r.Context(), func(m *matched) { m.pattern = pattern }) //nolint:contextcheck // it is the request's
				mux.ServeHTTP(w, r)
				return
			}
			// The multiplexer's own answer tells a wrong method from a wrong path.
			probe := &discard{header: http.Header{}}
			mux.ServeHTTP(probe, r)
			if allow := probe.header.Get("Allow"); allow != "" {
				allowed = append(allowed, allow)
			}
		}
		allow := strings.Join(allowed, ", ")
		switch {
		case allow == "":
			s.problem(w, r, http.StatusNotFound, "there is nothing at this path", "", nil)
		case r.Method == http.MethodOptions:
			w.Header().Set("Allow", allow+", OPTIONS")
			w.WriteHeader(http.StatusOK)
		default:
			w.Header().Set("Allow", allow)
			s.problem(w, r, http.StatusMethodNotAllowed,
				"Request method '"+r.Method+"' is not supported at this path; it takes "+allow, "", nil)
		}
	})
}

// withoutTrailingSlash takes one off, as Spring's matching does.
func withoutTrailingSlash(r *http.Request) *http.Request {
	if len(r.URL.Path) < 2 || !strings.HasSuffix(r.URL.Path, "/") {
		return r
	}
	u := *r.URL
	u.Path, u.RawPath = strings.TrimSuffix(u.Path, "/"), strings.TrimSuffix(u.RawPath, "/")
	out := r.Clone(r.Context())
	out.URL = &u
	return out
}

// clean tells whether the multiplexer takes the path as it is. It would answer
// any other with a redirect, which turns a POST into a GET.
func clean(u *url.URL) bool {
	for segment := range strings.SplitSeq(strings.TrimPrefix(u.EscapedPath(), "/"), "/") {
		if segment == "." || segment == ".." || (segment == "" && u.Path != "/") {
			return false
		}
	}
	return strings.HasPrefix(u.Path, "/")
}

// discard is an answer that nobody sees.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(int)             {}

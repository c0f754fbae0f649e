package api

import (
	_ "embed"
	"net/http"

	"github.com/gennaker/gennaker/internal/api/rest"
)

//go:embed docs.html
var docsPage []byte

// docsPolicy keeps the page to itself: nothing is loaded from elsewhere.
const docsPolicy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"

func (s *server) documentRoutes() []rest.Route {
	const tag = "Platform"
	return []rest.Route{
		{
			Method: http.MethodGet, Path: "/v3/api-docs", Name: "getApiDocs", Needs: rest.Anyone, Tag: tag, Summary: "This document",
			Result: rest.Schema{"type": "object"},
			Raw: func(w http.ResponseWriter, _ *http.Request) error {
				w.Header().Set("Content-Type", rest.JSONType)
				rest.Send(w, http.StatusOK, s.document)
				return nil
			},
		},
		{
			Method: http.MethodGet, Path: "/swagger-ui/index.html", Name: "getDocsPage", Needs: rest.Anyone, Tag: tag,
			Summary: "The API reference as a page to browse and try", Produces: "text/html", Result: rest.Schema{"type": "string"},
			Raw: func(w http.ResponseWriter, _ *http.Request) error {
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				w.Header().Set("Content-Security-Policy", docsPolicy)
				rest.Send(w, http.StatusOK, docsPage)
				return nil
			},
		},
		{
			Method: http.MethodGet, Path: "/{$}", Name: "redirectFromRoot", Needs: rest.Anyone, Tag: tag,
			Summary: "Redirect to the API reference, as Gate does", Status: http.StatusFound,
			Raw: func(w http.ResponseWriter, r *http.Request) error {
				http.Redirect(w, r, "/swagger-ui/index.html", http.StatusFound)
				return nil
			},
		},
		{
			Method: http.MethodGet, Path: "/swagger-ui.html", Name: "redirectToDocsPage", Needs: rest.Anyone, Tag: tag,
			Summary: "Redirect to the API reference", Status: http.StatusFound,
			Raw: func(w http.ResponseWriter, r *http.Request) error {
				http.Redirect(w, r, "/swagger-ui/index.html", http.StatusFound)
				return nil
			},
		},
	}
}

package api

import (
	_ "embed"
	"net/http"
)

//go:embed docs.html
var docsPage []byte

// docsPolicy keeps the page to itself: nothing is loaded from elsewhere.
const docsPolicy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"

func (s *server) documentRoutes() []route {
	const tag = "Platform"
	return []route{
		{
			method: http.MethodGet, path: "/v3/api-docs", name: "getApiDocs", needs: anyone, tag: tag, summary: "This document",
			result: schema{"type": "object"},
			raw: func(w http.ResponseWriter, _ *http.Request) error {
				w.Header().Set("Content-Type", jsonType)
				send(w, http.StatusOK, s.document)
				return nil
			},
		},
		{
			method: http.MethodGet, path: "/swagger-ui/index.html", name: "getDocsPage", needs: anyone, tag: tag,
			summary: "This document as a page to browse and try", produces: "text/html", result: schema{"type": "string"},
			raw: func(w http.ResponseWriter, _ *http.Request) error {
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				w.Header().Set("Content-Security-Policy", docsPolicy)
				send(w, http.StatusOK, docsPage)
				return nil
			},
		},
		{
			method: http.MethodGet, path: "/{$}", name: "redirectFromRoot", needs: anyone, tag: tag,
			summary: "Go to the page of this document, as Gate does", status: http.StatusFound,
			raw: func(w http.ResponseWriter, r *http.Request) error {
				http.Redirect(w, r, "/swagger-ui/index.html", http.StatusFound)
				return nil
			},
		},
		{
			method: http.MethodGet, path: "/swagger-ui.html", name: "redirectToDocsPage", needs: anyone, tag: tag,
			summary: "Go to the page of this document", status: http.StatusFound,
			raw: func(w http.ResponseWriter, r *http.Request) error {
				http.Redirect(w, r, "/swagger-ui/index.html", http.StatusFound)
				return nil
			},
		},
	}
}

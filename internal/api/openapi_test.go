package api_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/model"
)

func TestTheDocumentIsValid(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	data := k.Get("/v3/api-docs").Is(http.StatusOK).Body
	loader := openapi3.NewLoader()
	document, err := loader.LoadFromData(data) // resolves every $ref
	if err != nil {
		t.Fatal(err)
	}
	if err := document.Validate(loader.Context); err != nil {
		t.Error(err)
	}
	if document.OpenAPI != "3.1.0" || document.Info.Version != "1.2.3" {
		t.Errorf("OpenAPI %s, version %s", document.OpenAPI, document.Info.Version)
	}
}

// TestEveryRouteIsInTheDocument walks the document: each of its operations
// meets a handler of its own pattern, and every pattern that the table of
// routes mounts is in it, since both are made from the same table.
func TestEveryRouteIsInTheDocument(t *testing.T) {
	t.Parallel()
	count := make(counter, 1)
	k := apitest.New(t, func(d *apitest.Parts) { d.Metrics = count })
	var document object
	k.Get("/v3/api-docs").Is(http.StatusOK).Decode(&document)
	<-count
	param := regexp.MustCompile(`\{\w+\}`)
	ids, operations := map[string]bool{}, 0
	for path, item := range model.Object(document, "paths") {
		for verb, operation := range item.(object) {
			operations++
			id := model.String(operation.(object), "operationId")
			if ids[id] || id == "" {
				t.Errorf("%s %s: operation id %q", verb, path, id)
			}
			ids[id] = true
			for _, name := range param.FindAllString(path, -1) {
				if !strings.Contains(mustText(t, operation), `"in":"path","name":"`+strings.Trim(name, "{}")+`"`) {
					t.Errorf("%s %s: parameter %s is not described", verb, path, name)
				}
			}
			if strings.HasSuffix(path, "/stream") {
				continue
			}
			// Conflicting patterns would have kept the API from starting; that a
			// path meets its own pattern shows that none hides it.
			method := strings.ToUpper(verb)
			k.Call(method, param.ReplaceAllString(path, "x"), nil)
			seen := <-count
			if !strings.HasSuffix(strings.ReplaceAll(strings.TrimSuffix(seen, "{$}"), "...}", "}"), " "+method+" "+path) {
				t.Errorf("%s %s is served by %q", method, path, seen)
			}
		}
	}
	if operations < 220 {
		t.Errorf("only %d operations", operations)
	}
}

func mustText(t *testing.T, value any) string {
	t.Helper()
	data, err := model.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestDocsPage(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	page := k.Get("/swagger-ui/index.html").Is(http.StatusOK)
	if !strings.HasPrefix(page.Header.Get("Content-Type"), "text/html") || !strings.Contains(page.Header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("headers: %v", page.Header)
	}
	if outside := regexp.MustCompile(`(?:src|href)="https?://`).FindString(string(page.Body)); outside != "" {
		t.Errorf("the page loads from elsewhere: %s", outside)
	}
	if got := k.Get("/swagger-ui.html").Is(http.StatusFound).Header.Get("Location"); got != "/swagger-ui/index.html" {
		t.Errorf("redirect: %s", got)
	}
}

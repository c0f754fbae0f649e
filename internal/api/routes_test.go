package api_test

import (
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/model"
)

func TestDocumentHasEveryRoute(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	paths := model.Object(k.Get("/v3/api-docs").Object(), "paths")
	described := 0
	for _, item := range paths {
		described += len(item.(object))
	}
	if ours := 4; described != len(k.Routes)+ours { // those of the document itself
		t.Errorf("%d operations for %d routes", described, len(k.Routes))
	}
	for _, rt := range k.Routes {
		path := strings.ReplaceAll(strings.TrimSuffix(rt.Path, "{$}"), "...}", "}")
		operation := model.Object(model.Object(paths, path), strings.ToLower(rt.Method))
		if operation == nil || model.String(operation, "operationId") != rt.Name || rt.Summary == "" || rt.Tag == "" {
			t.Errorf("%s %s is described as %v", rt.Method, rt.Path, operation)
		}
		if (rt.Serve == nil) == (rt.Raw == nil) {
			t.Errorf("%s %s needs one way to be served", rt.Method, rt.Path)
		}
	}
}

func TestSchemasAreAllUsed(t *testing.T) {
	t.Parallel()
	document := apitest.New(t).Get("/v3/api-docs")
	for name := range model.Object(model.Object(document.Object(), "components"), "schemas") {
		if !strings.Contains(string(document.Body), `"#/components/schemas/`+name+`"`) && name != "ExecutionSummary" {
			t.Errorf("schema %s is used nowhere", name)
		}
	}
}

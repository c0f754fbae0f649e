package api

import (
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
)

func TestDocumentHasEveryRoute(t *testing.T) {
	t.Parallel()
	s := &server{}
	routes := s.routes()
	data, err := document(routes, "")
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := model.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	described := 0
	for _, item := range model.Object(doc, "paths") {
		described += len(item.(map[string]any))
	}
	if described != len(routes) {
		t.Errorf("%d operations for %d routes", described, len(routes))
	}
	for _, rt := range routes {
		operation := model.Object(model.Object(model.Object(doc, "paths"), documentPath(rt)), strings.ToLower(rt.Method))
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
	data, err := document((&server{}).routes(), "")
	if err != nil {
		t.Fatal(err)
	}
	var schemas map[string]any
	if err := model.Unmarshal(schemasJSON, &schemas); err != nil {
		t.Fatal(err)
	}
	for name := range schemas {
		if !strings.Contains(string(data), `"#/components/schemas/`+name+`"`) && name != "ExecutionSummary" {
			t.Errorf("schema %s is used nowhere", name)
		}
	}
}

func TestParametersBelongToPathsThatAreOff(t *testing.T) {
	t.Parallel()
	there := map[string]bool{}
	for _, rt := range (&server{}).offRoutes() {
		there[rt.Method+" "+rt.Path] = true
	}
	for path := range offParams {
		if !there[path] {
			t.Errorf("there are parameters of %s, which is not off", path)
		}
	}
}

func TestTriggerMatches(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value, wanted string
		want          bool
	}{
		{`"Main"`, `"main"`, true},
		{`"main"`, `"ma.*"`, true},
		{`"main"`, `"ma"`, false},
		{`"("`, `"("`, true},
		{`"x"`, `"("`, false},
		{`"1"`, `1`, false},
		{`1`, `1`, true},
		{`true`, `true`, true},
		{`true`, `false`, false},
		{`{"a":1,"b":2}`, `{"a":1}`, true},
		{`{"a":1}`, `{"a":1,"b":2}`, false},
		{`{}`, `{"a":null}`, true},
		{`[1,2,3]`, `[3,1]`, true},
		{`[1]`, `[1,1]`, false},
		{`[]`, `[]`, true},
		{`[{"n":"a","v":"1"},{"n":"a"}]`, `[{"n":"a"},{"n":"a","v":"1"}]`, true},
		{`"x"`, `["x"]`, false},
	} {
		var value, wanted any
		if err := model.Unmarshal([]byte(c.value), &value); err != nil {
			t.Fatal(err)
		}
		if err := model.Unmarshal([]byte(c.wanted), &wanted); err != nil {
			t.Fatal(err)
		}
		if got := triggerMatches(value, wanted); got != c.want {
			t.Errorf("%s against %s: %v", c.value, c.wanted, got)
		}
	}
}

func FuzzTriggerMatches(f *testing.F) {
	f.Add(`{"a":[1,{"b":"x"}]}`, `{"a":[{"b":".*"}]}`)
	f.Add(`[[],[],[]]`, `[[],[]]`)
	f.Fuzz(func(t *testing.T, value, wanted string) {
		var v, w any
		if model.Unmarshal([]byte(value), &v) != nil || model.Unmarshal([]byte(wanted), &w) != nil {
			t.Skip()
		}
		triggerMatches(v, w)
		// Without texts, which may be patterns, a value matches itself.
		if !strings.Contains(value, `"`) && !triggerMatches(v, v) {
			t.Errorf("%s does not match itself", value)
		}
	})
}

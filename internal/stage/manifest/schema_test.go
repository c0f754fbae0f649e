package manifest

import (
	"bytes"
	"maps"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

func TestSchemas(t *testing.T) {
	t.Parallel()
	web := map[string]any{"account": "prod", "manifestName": "deployment web", "location": "shop"}
	with := func(more map[string]any) map[string]any {
		out := map[string]any{}
		for _, m := range []map[string]any{web, more} {
			maps.Copy(out, m)
		}
		return out
	}
	for _, kind := range Types(nil, Options{}) {
		good, bad := []any{web}, []any{map[string]any{}, map[string]any{"account": ""}}
		switch kind.Name {
		case "deployManifest":
			good = append(good, map[string]any{"account": "prod", "manifests": []any{map[string]any{}}, "source": "text"})
			bad = append(bad, with(map[string]any{"source": "git"}), with(map[string]any{"trafficManagement": map[string]any{"options": map[string]any{"strategy": "x"}}}))
		case "scaleManifest":
			good = []any{with(map[string]any{"replicas": 3}), with(map[string]any{"replicas": "${ 1 + 2 }"})}
			bad = append(bad, web)
		case "undoRolloutManifest":
			good = []any{with(map[string]any{"numRevisionsBack": 1}), with(map[string]any{"revision": "2"})}
			bad = append(bad, web)
		case "rollbackManifests":
			good, bad = []any{map[string]any{}, map[string]any{"pipeline": "Deploy", "prune": "true"}}, []any{map[string]any{"stage": 2}}
		case "runJobManifest":
			good = append(good, map[string]any{"credentials": "prod"})
		case "patchManifest":
			bad = append(bad, with(map[string]any{"options": map[string]any{"mergeStrategy": "x"}}))
		default:
			bad = append(bad, with(map[string]any{"manifestName": "web"}))
		}
		schema := compile(t, kind.Name, kind.Schema)
		for _, v := range good {
			if err := schema.Validate(v); err != nil {
				t.Errorf("%s refuses %v: %v", kind.Name, v, err)
			}
		}
		for _, v := range bad {
			if schema.Validate(v) == nil {
				t.Errorf("%s takes %v", kind.Name, v)
			}
		}
	}
}

func compile(t *testing.T, name string, text []byte) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(name, document); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	schema, err := compiler.Compile(name)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return schema
}

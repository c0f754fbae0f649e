package helm

import (
	"bytes"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/gennaker/gennaker/internal/stage/manifest"
)

func TestSchemas(t *testing.T) {
	t.Parallel()
	good := map[string]any{"account": "prod", "namespace": "shop", "releaseName": "web", "wait": "true", "historyMax": 3}
	bad := []map[string]any{{}, {"account": "prod", "namespace": "shop"}, {"account": "", "namespace": "shop", "releaseName": "web"}}
	for _, kind := range Types(nil, manifest.Options{}) {
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(kind.Schema))
		if err != nil {
			t.Fatalf("%s: %v", kind.Name, err)
		}
		compiler := jsonschema.NewCompiler()
		if err := compiler.AddResource(kind.Name, document); err != nil {
			t.Fatal(err)
		}
		schema, err := compiler.Compile(kind.Name)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(good); err != nil {
			t.Errorf("%s refuses %v: %v", kind.Name, good, err)
		}
		for _, v := range bad {
			if schema.Validate(v) == nil {
				t.Errorf("%s takes %v", kind.Name, v)
			}
		}
	}
}

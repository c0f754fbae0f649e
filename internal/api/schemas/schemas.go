// Package schemas has the JSON Schemas that several areas of the API use. They say
// what the platform reads and writes; every object may have further fields.
package schemas

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/text/language"
	printer "golang.org/x/text/message"

	"github.com/gennaker/gennaker/internal/fault"
)

// JSON is an object with all schemas, by their names.
//
//go:embed schemas.json
var JSON []byte

// pipelineSchema is the schema Pipeline of the API's document.
var pipelineSchema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	components, err := jsonschema.UnmarshalJSON(bytes.NewReader(JSON))
	if err != nil {
		return nil, fmt.Errorf("read the schemas of the API: %w", err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.UseLoader(jsonschema.SchemeURLLoader{})
	document := map[string]any{"components": map[string]any{"schemas": components}}
	if err := compiler.AddResource("api:///api.json", document); err != nil {
		return nil, fmt.Errorf("read the schemas of the API: %w", err)
	}
	return compiler.Compile("api:///api.json#/components/schemas/Pipeline")
})

// CheckPipeline refuses a pipeline that is not as the API's document has
// it, where the answer holds what was asked. Fields that are null are dropped.
func CheckPipeline(object map[string]any) error {
	schema, err := pipelineSchema()
	if err != nil {
		return err
	}
	for key, value := range object {
		if value == nil {
			delete(object, key)
		}
	}
	failure, ok := errors.AsType[*jsonschema.ValidationError](schema.Validate(object))
	if !ok {
		return nil
	}
	var problems []string
	printer := printer.NewPrinter(language.English)
	var add func(*jsonschema.ValidationError)
	add = func(f *jsonschema.ValidationError) {
		if len(f.Causes) == 0 {
			problems = append(problems, strings.Join(f.InstanceLocation, ".")+": "+f.ErrorKind.LocalizedString(printer))
		}
		for _, cause := range f.Causes {
			add(cause)
		}
	}
	add(failure)
	return fault.New(fault.Invalid, "%s", problems[0]).With(problems...)
}

package manifest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	kjson "k8s.io/apimachinery/pkg/util/json"
	kyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// Decode reads manifests from YAML or JSON text of any number of documents.
// Documents that are lists, or of kind List, give their members; empty ones
// give nothing. Errors name the document, from 1.
func Decode(text []byte) ([]map[string]any, error) {
	reader := kyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	var out []map[string]any
	for number := 1; ; number++ {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fault.New(fault.Invalid, "document %d can't be read: %w", number, err)
		}
		var value any
		if err := yaml.Unmarshal(document, &value, useNumbers); err != nil {
			return nil, fault.New(fault.Invalid, "document %d is not valid YAML: %w", number, err)
		}
		if _, words := value.(string); words {
			return nil, fault.New(fault.Invalid, "document %d is no manifest but plain text", number)
		}
		members, err := Flatten(value)
		if err != nil {
			return nil, fault.New(fault.Invalid, "document %d: %w", number, err)
		}
		out = append(out, members...)
	}
}

// Flatten gives the manifests in a value: an object, a List, text of YAML, or
// lists of them to any depth.
func Flatten(value any) ([]map[string]any, error) {
	switch v := value.(type) {
	case nil:
		return nil, nil
	case []any:
		var out []map[string]any
		for i, item := range v {
			members, err := Flatten(item)
			if err != nil {
				return nil, fmt.Errorf("item %d: %w", i, err)
			}
			out = append(out, members...)
		}
		return out, nil
	case []map[string]any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = v[i]
		}
		return Flatten(list)
	case string:
		return Decode([]byte(v))
	case map[string]any:
		if strings.EqualFold(model.String(v, "kind"), "List") {
			return Flatten(v["items"])
		}
		return []map[string]any{v}, nil
	}
	return nil, fault.New(fault.Invalid, "a manifest must be an object, not %T", value)
}

// Check refuses manifests that lack what every manifest has. It names the
// manifest's place, from 0 as in the stage's list, and the field.
func Check(manifests []map[string]any) error {
	var errs []string
	for i, m := range manifests {
		where := fmt.Sprintf("manifests[%d]", i)
		meta := model.Object(m, "metadata")
		name := model.String(meta, "name")
		if name == "" {
			name = model.String(meta, "generateName")
		}
		if kind := model.String(m, "kind"); kind != "" && name != "" {
			where += " (" + kind + " " + name + ")"
		}
		for field, value := range map[string]string{"kind": model.String(m, "kind"), "apiVersion": model.String(m, "apiVersion")} {
			if value == "" {
				errs = append(errs, where+"."+field+" is missing")
			}
		}
		if name == "" {
			errs = append(errs, where+".metadata.name is missing")
		}
	}
	if len(errs) == 0 {
		return nil
	}
	sortStrings(errs)
	return fault.New(fault.Invalid, "%s", strings.Join(errs, "; ")).With(errs...)
}

// Plain is a copy of a value in the types that JSON of Kubernetes decodes to:
// maps, lists, strings, booleans, int64 and float64.
func Plain(value any) (any, error) {
	data, err := model.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("encode a value: %w", err)
	}
	var out any
	if err := kjson.Unmarshal(data, &out); err != nil {
		return nil, fmt.Errorf("decode a value: %w", err)
	}
	return out, nil
}

// PlainObject is [Plain] for an object.
func PlainObject(object map[string]any) (map[string]any, error) {
	value, err := Plain(object)
	if err != nil {
		return nil, err
	}
	out, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("decode a value: not an object")
	}
	return out, nil
}

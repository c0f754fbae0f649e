package manifest

import (
	"fmt"
	"strings"

	kjson "k8s.io/apimachinery/pkg/util/json"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/masking"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

// Decode reads manifests from YAML or JSON text of any number of documents.
// Documents that are lists, or of kind List, give their members; empty ones
// give nothing. Errors name the document, from 1. Text that would become too
// large is refused before it is parsed.
func Decode(text []byte) ([]map[string]any, error) { return new(decoder).text(text) }

// flatten gives the manifests in a value: an object, a List, text of YAML, or
// lists of them to any depth. The bounds of package limit are for all of them
// together.
func flatten(value any) ([]map[string]any, error) { return new(decoder).value(value) }

// decoder adds up what the texts of one value take.
type decoder struct{ cost limit.Cost }

func (d *decoder) text(text []byte) ([]map[string]any, error) {
	checked, err := yamldoc.Check(text, limit.Document)
	if err != nil {
		return nil, err
	}
	if err := d.cost.Add(checked.Cost); err != nil {
		return nil, err
	}
	var (
		out    []map[string]any
		number int
	)
	for value, err := range checked.Manifests() {
		number++
		if err != nil {
			return nil, fault.New(fault.Invalid, "document %d is not valid YAML: %w", number, err)
		}
		if _, words := value.(string); words {
			return nil, fault.New(fault.Invalid, "document %d is plain text, not a manifest", number)
		}
		members, err := d.value(value)
		if err != nil {
			return nil, fault.New(fault.Invalid, "document %d: %w", number, err)
		}
		if out, err = add(out, members); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (d *decoder) value(value any) ([]map[string]any, error) {
	switch v := value.(type) {
	case nil:
		return nil, nil
	case []any:
		var out []map[string]any
		for i, item := range v {
			members, err := d.value(item)
			if err != nil {
				return nil, fmt.Errorf("item %d: %w", i, err)
			}
			if out, err = add(out, members); err != nil {
				return nil, err
			}
		}
		return out, nil
	case []map[string]any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = v[i]
		}
		return d.value(list)
	case string:
		return d.text([]byte(v))
	case map[string]any:
		if strings.EqualFold(model.String(v, "kind"), "List") {
			return d.value(v["items"])
		}
		return []map[string]any{v}, nil
	}
	return nil, fault.New(fault.Invalid, "a manifest must be an object, not %T", value)
}

// add appends manifests as long as there are not too many.
func add(to, more []map[string]any) ([]map[string]any, error) {
	to = append(to, more...)
	return to, limit.Count(len(to), limit.Manifests, "manifests")
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
			where += " (" + fault.Short(kind) + " " + fault.Short(name) + ")"
		}
		for field, value := range map[string]string{"kind": model.String(m, "kind"), "apiVersion": model.String(m, "apiVersion")} {
			if value == "" {
				errs = append(errs, where+"."+field+" is missing")
			}
		}
		if name == "" {
			errs = append(errs, where+".metadata.name is missing")
		}
		errs = append(errs, maskedValues(where, m)...)
	}
	if len(errs) == 0 {
		return nil
	}
	sortStrings(errs)
	return fault.New(fault.Invalid, "%s", strings.Join(errs, "; ")).With(errs...)
}

// maskedValues refuses a Secret whose values are those that are shown of it: it
// was copied from an execution, which hides them.
func maskedValues(where string, m map[string]any) []string {
	if !masking.IsSecret(m) {
		return nil
	}
	var errs []string
	for _, field := range []string{"data", "stringData"} {
		for key, value := range model.Object(m, field) {
			if value == masking.Hidden {
				errs = append(errs, where+"."+field+"."+key+" is hidden ("+masking.Hidden+"), because it was copied from a page that hides the values of Secrets; enter the value")
			}
		}
	}
	return errs
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

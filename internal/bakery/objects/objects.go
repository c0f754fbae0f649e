// Package objects finds the Kubernetes objects in what a program evaluates to, and writes
// them as a manifest.
package objects

import (
	"bytes"
	"maps"
	"slices"
	"strconv"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

// deepest is how deep objects may lie in others that only hold them.
const deepest = 50

// Collect lists the objects in a value: the value itself, or those at any depth in lists
// and fields, in the order of the fields' names. Something else, such as a text, is a
// fault, which says where it is.
func Collect(value any) ([]map[string]any, error) {
	var out []map[string]any
	err := collect(value, "$", 0, &out)
	return out, err
}

func collect(value any, at string, depth int, out *[]map[string]any) error {
	if depth > deepest {
		return fault.New(fault.Invalid, "%s: objects lie more than %d deep", fault.Short(at), deepest)
	}
	switch v := value.(type) {
	case nil:
		return nil
	case map[string]any:
		if isObject(v) {
			if err := limit.Count(len(*out)+1, limit.Manifests, "objects"); err != nil {
				return err
			}
			*out = append(*out, v)
			return nil
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if err := collect(v[key], at+"."+key, depth+1, out); err != nil {
				return err
			}
		}
		return nil
	case []any:
		for i, inner := range v {
			if err := collect(inner, at+"["+strconv.Itoa(i)+"]", depth+1, out); err != nil {
				return err
			}
		}
		return nil
	}
	return fault.New(fault.Invalid, "%s: must be a Kubernetes object (with apiVersion and kind), or a list or an object that holds some", fault.Short(at))
}

// isObject tells whether a value is a Kubernetes object.
func isObject(v map[string]any) bool {
	kind, isText := v["kind"].(string)
	version, isTextToo := v["apiVersion"].(string)
	return isText && isTextToo && kind != "" && version != ""
}

// Holds tells whether there is an object anywhere in a value.
func Holds(value any) bool {
	switch v := value.(type) {
	case map[string]any:
		if isObject(v) {
			return true
		}
		for _, inner := range v {
			if Holds(inner) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, Holds)
	}
	return false
}

// Write writes objects as documents of YAML.
func Write(all []map[string]any) ([]byte, error) {
	var out bytes.Buffer
	for _, object := range all {
		data, err := yamldoc.Marshal(object)
		if err != nil {
			return nil, err
		}
		out.WriteString("---\n")
		out.Write(data)
		if out.Len() > limit.Inflated {
			return nil, fault.New(fault.TooLarge, "it renders to more than %s", limit.Size(limit.Inflated))
		}
	}
	return out.Bytes(), nil
}

package manifest

import (
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// Selector is one condition on labels. Kind is one of selectorKinds.
type Selector struct {
	Kind   string   `json:"kind"`
	Key    string   `json:"key,omitempty"`
	Values []string `json:"values,omitempty"`
}

// Selectors are conditions that must all hold.
type Selectors struct {
	Selectors []Selector `json:"selectors,omitempty"`
}

// selectorKinds are Spinnaker's kinds of conditions. ANY asks nothing of an
// object.
var selectorKinds = []string{"ANY", "EQUALS", "NOT_EQUALS", "CONTAINS", "NOT_CONTAINS", "EXISTS", "NOT_EXISTS"}

// Check refuses conditions that select something else than they seem to say:
// of an unknown kind, without the key or the values that their kind needs, or
// of kind ANY with a key that it would not look at.
func (s Selectors) Check() error {
	for i, one := range s.Selectors {
		kind := strings.ToUpper(one.Kind)
		refuse := func(problem string, args ...any) error {
			return fault.New(fault.Invalid, "labelSelectors.selectors[%d]"+problem, append([]any{i}, args...)...)
		}
		switch {
		case !slices.Contains(selectorKinds, kind):
			return refuse(".kind: %q is not one of %s", one.Kind, strings.Join(selectorKinds, ", "))
		case kind == "ANY" && (one.Key != "" || len(one.Values) > 0):
			return refuse(".kind: ANY matches every object, so it can't have a key or values; to match a label, use EXISTS or EQUALS")
		case kind == "ANY":
			continue
		case one.Key == "":
			return refuse(".key: is missing")
		case kind != "EXISTS" && kind != "NOT_EXISTS" && len(one.Values) == 0:
			return refuse(".values: %s needs at least one value", kind)
		}
	}
	return nil
}

// choose tells whether one of the conditions looks at a label.
func (s Selectors) choose() bool {
	return slices.ContainsFunc(s.Selectors, func(one Selector) bool { return !strings.EqualFold(one.Kind, "ANY") })
}

// selectorsOf reads a stage's labelSelectors strictly: a condition that is not
// understood must not be left out, as the others would then select more.
func selectorsOf(context map[string]any) (Selectors, error) {
	var out Selectors
	if context["labelSelectors"] == nil || context["labelSelectors"] == "" {
		return out, nil
	}
	given := model.Object(context, "labelSelectors")
	if given == nil {
		return out, fault.New(fault.Invalid, "labelSelectors: must be an object with a list of selectors")
	}
	list := model.List(given, "selectors")
	if list == nil && given["selectors"] != nil {
		return out, fault.New(fault.Invalid, "labelSelectors.selectors: must be a list")
	}
	for i, item := range list {
		fields, ok := item.(map[string]any)
		if !ok {
			return out, fault.New(fault.Invalid, "labelSelectors.selectors[%d]: must be an object with kind, key and values", i)
		}
		one := Selector{Kind: model.String(fields, "kind"), Key: model.String(fields, "key")}
		values, isList := fields["values"].([]any)
		if !isList && fields["values"] != nil && fields["values"] != "" {
			values = []any{fields["values"]}
		}
		for j, value := range values {
			switch value.(type) {
			case nil, map[string]any, []any:
				return out, fault.New(fault.Invalid, "labelSelectors.selectors[%d].values[%d]: must be a text", i, j)
			}
			one.Values = append(one.Values, model.String(map[string]any{"": value}, ""))
		}
		out.Selectors = append(out.Selectors, one)
	}
	return out, out.Check()
}

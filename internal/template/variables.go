package template

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// typeNames are the types of variables as people write them; "object" takes
// anything, as in Orca, and is the type where none is given.
var typeNames = []string{"int", "string", "boolean", "float", "list", "object"}

// aliases are further names that Orca takes.
var aliases = map[string]string{"integer": "int", "bool": "boolean", "double": "float"}

func typeOf(variable map[string]any) string {
	name := strings.ToLower(model.String(variable, "type"))
	if name == "" {
		return "object"
	}
	if alias, ok := aliases[name]; ok {
		return alias
	}
	return name
}

func knownType(name string) bool {
	return slices.Contains(typeNames, typeOf(map[string]any{"type": name}))
}

// assign gives each variable of a template the value that a configuration has
// for it, or its default. Values of variables that the template hasn't are
// left out, as Orca does. The problems name the variables without a value, and
// those with a value of another type.
func assign(variables []map[string]any, given map[string]any) (values map[string]any, problems []string) {
	values = map[string]any{}
	var missing, null, wrong []string
	for _, v := range variables {
		name := model.String(v, "name")
		value, has := given[name]
		if !has && v["defaultValue"] != nil {
			value, has = v["defaultValue"], true
		}
		nullable := model.Bool(v, "nullable", false)
		switch {
		case !has && !nullable:
			missing = append(missing, name)
			continue
		case !has:
			continue
		case value == nil && !nullable:
			null = append(null, fmt.Sprintf("variable %q is null and is not nullable", name))
		case value != nil:
			if want := typeOf(v); !fits(want, value) {
				wrong = append(wrong, fmt.Sprintf("variable %q must be of type %s, not %s", name, model.String(v, "type"), kindOf(value)))
			}
		}
		values[name] = value
	}
	if len(missing) > 0 {
		problems = append(problems, "Missing variable values for: "+strings.Join(missing, ", "))
	}
	return values, append(append(problems, null...), wrong...)
}

// fits tells whether a value is of a variable's type. A whole number will do
// for a float: JSON writers drop the fraction of 1.0.
func fits(want string, value any) bool {
	switch want {
	case "object":
		return true
	case "list":
		return kindOf(value) == "list"
	case "string":
		return kindOf(value) == "string"
	case "boolean":
		return kindOf(value) == "boolean"
	case "float":
		return kindOf(value) == "int" || kindOf(value) == "float"
	case "int":
		if kindOf(value) == "float" {
			n, ok := number(value)
			return ok && math.Trunc(n) == n
		}
		return kindOf(value) == "int"
	}
	return false
}

// kindOf names a JSON value as the types of variables are named.
func kindOf(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case string:
		return "string"
	case bool:
		return "boolean"
	case []any, []string, []map[string]any:
		return "list"
	case json.Number:
		if strings.ContainsAny(v.String(), ".eE") {
			return "float"
		}
		return "int"
	case int, int64, uint64:
		return "int"
	case float64:
		if math.Trunc(v) == v {
			return "int"
		}
		return "float"
	}
	return "object"
}

func number(value any) (float64, bool) {
	switch v := value.(type) {
	case json.Number:
		n, err := v.Float64()
		return n, err == nil
	case float64:
		return v, true
	case int:
		return float64(v), true
	case int64:
		return float64(v), true
	}
	return 0, false
}

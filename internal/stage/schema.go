package stage

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
)

// Validator checks a pipeline's stages against their types' schemas. It is
// made once, and any number of goroutines may use it.
//
// It is as lenient as Jackson is where Spinnaker reads stages: a text that
// holds a number counts as one, "true" as a boolean, a number as a text, null
// and "" as nothing; and an expression, ${...}, may stand for anything.
type Validator struct {
	types   *Registry
	schemas map[string]*jsonschema.Schema
	printer *message.Printer
}

// NewValidator compiles the schemas of all types. The error names the type
// whose schema is missing or wrong, a mistake of the program.
func NewValidator(types *Registry) (*Validator, error) {
	v := &Validator{types: types, schemas: map[string]*jsonschema.Schema{}, printer: message.NewPrinter(language.English)}
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.UseLoader(jsonschema.SchemeURLLoader{}) // schemas are complete; nothing is loaded from elsewhere
	for _, t := range types.Types() {
		if len(t.Schema) == 0 {
			return nil, fmt.Errorf("stage type %s has no schema", t.Name)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(t.Schema))
		if err != nil {
			return nil, fmt.Errorf("read the schema of stage type %s: %w", t.Name, err)
		}
		url := "stage:///" + t.Name + ".json"
		if err := compiler.AddResource(url, doc); err != nil {
			return nil, fmt.Errorf("read the schema of stage type %s: %w", t.Name, err)
		}
		if v.schemas[t.Name], err = compiler.Compile(url); err != nil {
			return nil, fmt.Errorf("compile the schema of stage type %s: %w", t.Name, err)
		}
	}
	return v, nil
}

// Validate returns a sentence for each thing that is wrong, naming the stage
// and the path of the field; none where all is well.
func (v *Validator) Validate(stages []map[string]any) []string {
	var out []string
	for i, s := range stages {
		name := label(i, s)
		for _, problem := range v.Stage(s) {
			out = append(out, name+": "+problem)
		}
	}
	return out
}

// label names a stage to a person.
func label(index int, s map[string]any) string {
	ref := model.String(s, "refId")
	if ref == "" {
		ref = "number " + strconv.Itoa(index+1)
	}
	if name := model.String(s, "name"); name != "" {
		return fmt.Sprintf("stage %s (%s)", fault.Short(ref), fault.Short(name))
	}
	return "stage " + fault.Short(ref)
}

// Stage returns a sentence for each thing that is wrong with one stage, naming
// the path of the field.
func (v *Validator) Stage(s map[string]any) []string {
	typeName := model.String(s, "type")
	if typeName == "" {
		return []string{"type is missing"}
	}
	t, ok := v.types.For(&model.Stage{Type: typeName, Context: s})
	if !ok {
		problem := fmt.Sprintf("there is no stage type %q", fault.Short(typeName))
		if near := limit.Nearest(typeName, slices.Sorted(maps.Keys(v.types.byName)), len(typeName)/2); near != "" {
			problem += fmt.Sprintf("; the nearest is %q", near)
		}
		return []string{problem}
	}
	value := generic(s)
	err := v.schemas[t.Name].Validate(value)
	var failure *jsonschema.ValidationError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &failure):
		problems := v.problems(failure, value)
		slices.Sort(problems)
		return fault.Sentences(slices.Compact(problems))
	}
	return []string{err.Error()}
}

// problems are the sentences of a failure, without those that Jackson would
// let pass.
func (v *Validator) problems(failure *jsonschema.ValidationError, root any) []string {
	value, _ := at(root, failure.InstanceLocation)
	if isExpression(value) {
		return nil
	}
	switch failure.ErrorKind.(type) {
	case *kind.AnyOf, *kind.OneOf:
		if len(failure.Causes) > 0 {
			return v.choice(failure, root)
		}
	}
	if len(failure.Causes) == 0 {
		if lenient(failure.ErrorKind, value) {
			return nil
		}
		return []string{v.sentence(failure, value)}
	}
	var out []string
	for _, cause := range failure.Causes {
		out = append(out, v.problems(cause, root)...)
	}
	return out
}

// choice is a failure of which any one way out would do.
func (v *Validator) choice(failure *jsonschema.ValidationError, root any) []string {
	ways := make([]string, 0, len(failure.Causes))
	for _, cause := range failure.Causes {
		problems := v.problems(cause, root)
		if len(problems) == 0 {
			return nil
		}
		ways = append(ways, strings.Join(problems, " and "))
	}
	slices.Sort(ways)
	return []string{strings.Join(slices.Compact(ways), ", or ")}
}

// sentence says what is wrong with one field.
func (v *Validator) sentence(failure *jsonschema.ValidationError, value any) string {
	field := path(failure.InstanceLocation)
	switch k := failure.ErrorKind.(type) {
	case *kind.Required:
		missing := make([]string, len(k.Missing))
		for i, name := range k.Missing {
			missing[i] = path(append(slices.Clone(failure.InstanceLocation), name))
		}
		if len(missing) == 1 {
			return missing[0] + " is missing"
		}
		return strings.Join(missing, ", ") + " are missing"
	case *kind.Type:
		wants := make([]string, len(k.Want))
		for i, want := range k.Want {
			wants[i] = typeNames[want]
		}
		return fmt.Sprintf("%s must be %s, not %s", field, strings.Join(wants, " or "), show(value))
	case *kind.Enum:
		wants := make([]string, len(k.Want))
		for i, want := range k.Want {
			wants[i] = fmt.Sprint(want)
		}
		return fmt.Sprintf("%s must be one of %s, not %s", field, strings.Join(wants, ", "), show(value))
	case *kind.Const:
		return fmt.Sprintf("%s must be %s, not %s", field, show(k.Want), show(value))
	case *kind.Minimum:
		limit, _ := k.Want.Float64()
		return fmt.Sprintf("%s must be at least %s, not %s", field, number(limit), show(value))
	case *kind.Maximum:
		limit, _ := k.Want.Float64()
		return fmt.Sprintf("%s must be at most %s, not %s", field, number(limit), show(value))
	}
	return fmt.Sprintf("%s: %s", field, failure.ErrorKind.LocalizedString(v.printer))
}

var typeNames = map[string]string{
	"string": "a text", "integer": "a whole number", "number": "a number", "boolean": "true or false",
	"array": "a list", "object": "an object", "null": "nothing",
}

// lenient tells whether Jackson takes a value all the same.
func lenient(failure jsonschema.ErrorKind, value any) bool {
	switch k := failure.(type) {
	case *kind.Pattern, *kind.MinLength:
		text, ok := value.(string)
		return ok && strings.TrimSpace(text) == "" // as good as not there
	case *kind.Type:
		return slices.ContainsFunc(k.Want, func(want string) bool { return coercible(value, want) })
	case *kind.Enum:
		text, ok := value.(string)
		return value == nil || ok && (text == "" || slices.ContainsFunc(k.Want, func(want any) bool {
			option, isText := want.(string)
			return isText && strings.EqualFold(option, strings.TrimSpace(text))
		}))
	}
	return false
}

// coercible tells whether a value can be read as one of another type.
func coercible(value any, want string) bool {
	text, isText := value.(string)
	text = strings.TrimSpace(text)
	switch {
	case value == nil, isText && text == "":
		return true
	case want == "integer":
		_, ok := model.ToInt(value)
		return ok
	case want == "number":
		_, err := strconv.ParseFloat(text, 64)
		return isText && err == nil
	case want == "boolean":
		return isText && (strings.EqualFold(text, "true") || strings.EqualFold(text, "false"))
	case want == "string":
		switch value.(type) {
		case bool, json.Number, int64, float64:
			return true
		}
	}
	return false
}

// isExpression tells whether a text holds an expression, which is evaluated
// before the stage is read.
func isExpression(value any) bool {
	text, ok := value.(string)
	return ok && strings.Contains(text, "${")
}

// at is the value at a place.
func at(root any, location []string) (any, bool) {
	for _, step := range location {
		switch v := root.(type) {
		case map[string]any:
			root = v[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(v) {
				return nil, false
			}
			root = v[i]
		default:
			return nil, false
		}
	}
	return root, true
}

// path writes a place as a[0].b.
func path(location []string) string {
	if len(location) == 0 {
		return "the stage"
	}
	var out strings.Builder
	for i, step := range location {
		_, err := strconv.Atoi(step)
		switch {
		case err == nil && i > 0:
			out.WriteString("[" + step + "]")
		case i > 0:
			out.WriteString("." + step)
		default:
			out.WriteString(step)
		}
	}
	return out.String()
}

// show writes a value for a person, shortened.
func show(value any) string {
	data, err := model.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	if runes := []rune(string(data)); len(runes) > 60 {
		return string(runes[:60]) + "..."
	}
	return string(data)
}

func number(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// generic copies a value with the types that the schema library knows.
func generic(value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, item := range v {
			out[key] = generic(item)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = generic(item)
		}
		return out
	case nil, bool, string, json.Number, int64, float64:
		return value
	}
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	var out any
	if err := model.Unmarshal(data, &out); err != nil {
		return fmt.Sprint(value)
	}
	return out
}

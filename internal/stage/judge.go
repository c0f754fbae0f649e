package stage

import (
	"errors"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/model"
)

// Judge tells what is wrong with one stage, so that it fails when it runs, and
// what is only odd: not as the type's schema has it, and yet no reason to fail.
// Both name the path of the field. A type's tasks are the measure, by its Check;
// of a type without one, only a field that is missing counts as wrong.
func (v *Validator) Judge(s map[string]any) (wrong, odd []string) {
	t, ok := v.types.For(&model.Stage{Type: model.String(s, "type"), Context: s})
	if !ok {
		return v.Stage(s), nil
	}
	if t.Check != nil {
		if err := t.Check(s); err != nil {
			wrong = append(wrong, worded(err)...)
		}
	}
	value := inert(generic(s))
	failure, failed := errors.AsType[*jsonschema.ValidationError](v.schemas[t.Name].Validate(value))
	if !failed {
		return wrong, nil
	}
	v.divide(failure, value, func(missing bool, sentences []string) {
		switch {
		case !missing:
			odd = append(odd, sentences...)
		case t.Check == nil:
			wrong = append(wrong, sentences...)
		}
	})
	for _, list := range []*[]string{&wrong, &odd} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	// What the type's tasks complain of need not be told twice.
	odd = slices.DeleteFunc(odd, func(sentence string) bool {
		field, _, _ := strings.Cut(sentence, " ")
		return slices.ContainsFunc(wrong, func(w string) bool { return strings.HasPrefix(w, field+" ") })
	})
	return wrong, odd
}

// divide hands on the sentences of a failure, those about fields of the stage
// itself that are missing apart from the others.
func (v *Validator) divide(failure *jsonschema.ValidationError, root any, add func(missing bool, sentences []string)) {
	switch failure.ErrorKind.(type) {
	case *kind.AnyOf, *kind.OneOf, *kind.Required:
		missing := len(failure.InstanceLocation) == 0 && onlyMissing(failure)
		add(missing, v.problems(failure, root))
		return
	}
	if len(failure.Causes) == 0 {
		add(false, v.problems(failure, root))
		return
	}
	for _, cause := range failure.Causes {
		v.divide(cause, root, add)
	}
}

func onlyMissing(failure *jsonschema.ValidationError) bool {
	if len(failure.Causes) == 0 {
		_, ok := failure.ErrorKind.(*kind.Required)
		return ok
	}
	return !slices.ContainsFunc(failure.Causes, func(cause *jsonschema.ValidationError) bool { return !onlyMissing(cause) })
}

// worded are the sentences of a Check's error as the validator words them: "waitTime
// is missing", and not "waitTime: is missing".
func worded(err error) []string {
	out := sentences(err)
	for i, text := range out {
		field, rest, ok := strings.Cut(text, ": ")
		if ok && !strings.Contains(field, " ") && (strings.HasPrefix(rest, "is ") || strings.HasPrefix(rest, "must ")) {
			out[i] = field + " " + rest
		}
	}
	return out
}

// WithoutExpressions copies fields without those whose value holds an
// expression: what they will be isn't known before the stage runs. An expression
// that can't be parsed is a text like any other.
func WithoutExpressions(fields map[string]any) map[string]any {
	out := make(map[string]any, len(fields))
	for key, value := range fields {
		if !holdsExpression(value) {
			out[key] = value
		}
	}
	return out
}

func holdsExpression(value any) bool {
	switch v := value.(type) {
	case map[string]any:
		for _, member := range v {
			if holdsExpression(member) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, holdsExpression)
	}
	text, ok := value.(string)
	return ok && expression.HasExpression(text) && expression.Check(text) == nil
}

// inert takes expressions that can't be parsed for the plain texts that they are
// when the stage runs. It changes the value.
func inert(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for key, member := range v {
			v[key] = inert(member)
		}
	case []any:
		for i, member := range v {
			v[i] = inert(member)
		}
	case string:
		if expression.HasExpression(v) && expression.Check(v) != nil {
			return strings.ReplaceAll(v, "${", "$ {")
		}
	}
	return value
}

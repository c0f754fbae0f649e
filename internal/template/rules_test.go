package template

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/gennaker/gennaker/internal/model"
)

// drawn reads steps: "b:a,x<c" is a stage b that requires a and x and is to be put
// before c; ">c" puts it after, "^" first and "$" last.
func drawn(text string) []*step {
	var out []*step
	for word := range strings.FieldsSeq(text) {
		s := &step{}
		for _, mark := range []struct {
			sign string
			set  func([]string)
		}{
			{"<", func(ids []string) { s.inject.before = ids }}, {">", func(ids []string) { s.inject.after = ids }},
			{"^", func([]string) { s.inject.first = true }}, {"$", func([]string) { s.inject.last = true }},
		} {
			if before, after, found := strings.Cut(word, mark.sign); found {
				word = before
				mark.set(strings.Split(after, ","))
			}
		}
		id, requires, _ := strings.Cut(word, ":")
		s.id = id
		if requires != "" {
			s.requires = strings.Split(requires, ",")
		}
		out = append(out, s)
	}
	return out
}

func shownSteps(steps []*step) string {
	words := make([]string, len(steps))
	for i, s := range steps {
		words[i] = s.id
		if len(s.requires) > 0 {
			words[i] += ":" + strings.Join(s.requires, ",")
		}
	}
	return strings.Join(words, " ")
}

// Where the stages of a configuration go among those of a template, as in Orca's
// ConfigStageInjectionTransform.
func TestWeave(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ template, config, want, fails string }{
		{"a b:a", "", "a b:a", ""},
		{"", "a b", "a b", ""},
		{"a b:a", "a", "a b:a", ""},
		{"a b:a", "b", "a b", ""},
		{"a b:a", "c:b", "a b:a c:b", ""},
		{"b:a a", "", "a b:a", ""},
		{"a b:a", "c^", "c a:c b:a", ""},
		{"a b", "c^", "c a:c b:c", ""},
		{"a b:a", "c$", "a b:a c:b", ""},
		{"a b", "c$", "a b c:a,b", ""},
		{"a b:a", "c<b", "a c:a b:c", ""},
		{"a b:a", "c<a", "c a:c b:a", ""},
		{"a b:a", "c>a", "a c:a b:c", ""},
		{"a b:a d:a", "c>a", "a c:a b:c d:c", ""},
		{"a b:a", "c>b", "a b:a c:b", ""},
		{"a b d:a,b", "c>a,b", "a b c:a,b d:c", ""},
		{"a b d:a e:b", "c<d,e", "a b d:c c:a,b e:c", ""},
		{"a b:a c>a", "", "a c:a b:c", ""},
		{"a b:a", "x^ y$", "x a:x b:a y:b", ""},
		{"a b:a", "c", "", `stage "c" of the pipeline needs a place: give it requisites or a rule of injection, or the id of a stage of the template`},
		{"a b:a", "c>z", "", `stage "c" can't be injected: there is no stage "z" to put it next to`},
		{"a b:a", "c<z", "", `stage "c" can't be injected: there is no stage "z" to put it next to`},
		{"a a", "", "", `two stages have the id "a"`},
		{"a:b b:a", "", "", "the stages go in a circle"},
		{"a:a", "", "", "the stages go in a circle"},
		{"a b:a", "a:b", "", "the stages go in a circle"},
	} {
		got, err := weave(drawn(c.template), drawn(c.config))
		if c.fails != "" {
			require.ErrorContains(t, err, c.fails, "%s + %s", c.template, c.config)
			continue
		}
		require.NoError(t, err, "%s + %s", c.template, c.config)
		require.Equal(t, c.want, shownSteps(got), "%s + %s", c.template, c.config)
	}
}

// A stage that is several is replaced by them, and one whose conditions don't hold is
// bridged.
func TestUnfoldAndTrim(t *testing.T) {
	t.Parallel()
	several := func(s *step) bool { return strings.HasPrefix(s.id, "m") }
	for _, c := range []struct{ steps, inner, want string }{
		{"a m:a b:m", "x y:x", "a x:a y:x b:y"},
		{"a m:a b:m", "x y", "a x:a y:a b:x,y"},
		{"m b:m", "x", "x b:x"},
		{"a m:a b:m", "", "a b:a"},
		{"m", "", ""},
	} {
		steps := drawn(c.steps)
		for _, s := range steps {
			if several(s) {
				s.origin = &expansion{inner: drawn(c.inner)}
			}
		}
		require.Equal(t, c.want, shownSteps(unfold(steps, several)), "%s of %s", c.steps, c.inner)
	}
	for _, c := range []struct{ steps, removed, want string }{
		{"a b:a c:b", "b", "a c:a"},
		{"a b:a c:b", "a", "b c:b"},
		{"a b:a c:b", "a b", "c"},
		{"a b:a c:a d:b,c", "b c", "a d:a"},
		{"a b:a c:b", "c", "a b:a"},
		{"a", "", "a"},
	} {
		steps := drawn(c.steps)
		for _, s := range steps {
			s.removed = slices.Contains(strings.Fields(c.removed), s.id)
		}
		require.Equal(t, c.want, shownSteps(trim(steps)), "%s without %s", c.steps, c.removed)
	}
}

// However stages are put together, each comes once, after all that it requires, and
// nothing is required that isn't there.
func TestWovenStagesAreAGraph(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var template, config []*step
		n := rapid.IntRange(1, 6).Draw(t, "stages")
		for i := range n {
			s := &step{id: fmt.Sprint("t", i), removed: rapid.IntRange(0, 3).Draw(t, "removed") == 0}
			for j := range i {
				if rapid.Bool().Draw(t, "requires") {
					s.require(fmt.Sprint("t", j))
				}
			}
			template = append(template, s)
		}
		for i := range rapid.IntRange(0, 3).Draw(t, "more") {
			s := &step{id: fmt.Sprint("c", i)}
			target := []string{fmt.Sprint("t", rapid.IntRange(0, n-1).Draw(t, "target"))}
			switch rapid.IntRange(0, 4).Draw(t, "rule") {
			case 0:
				s.inject.first = true
			case 1:
				s.inject.last = true
			case 2:
				s.inject.before = target
			case 3:
				s.inject.after = target
			default:
				s.requires = target
			}
			config = append(config, s)
		}
		woven, err := weave(template, config)
		require.NoError(t, err)
		require.Len(t, woven, len(template)+len(config))
		ordered, err := sorted(trim(woven))
		require.NoError(t, err)
		seen := map[string]bool{}
		for _, s := range ordered {
			require.False(t, s.removed || seen[s.id])
			for _, id := range s.requires {
				require.True(t, seen[id], "%s comes before %s, which it requires", s.id, id)
			}
			seen[s.id] = true
		}
	})
}

// What values a variable takes, by its type; a whole number will do for a float, and
// a float without a fraction for a whole number.
func TestTypesOfVariables(t *testing.T) {
	t.Parallel()
	all := []any{"x", "5", true, 5, 5.0, 5.5, json.Number("5"), json.Number("5.0"), json.Number("5.5"), list{1}, object{}}
	for kind, want := range map[string]string{
		"string": "x 5", "boolean": "true", "bool": "true", "int": "5 5 5 5.0", "integer": "5 5 5 5.0",
		"float": "5 5 5.5 5 5.0 5.5", "double": "5 5 5.5 5 5.0 5.5", "list": "[1]", "STRING": "x 5",
		"object": "x 5 true 5 5 5.5 5 5.0 5.5 [1] map[]", "": "x 5 true 5 5 5.5 5 5.0 5.5 [1] map[]", "odd": "",
	} {
		var taken []string
		for _, value := range all {
			if fits(typeOf(object{"type": kind}), value) {
				taken = append(taken, fmt.Sprint(value))
			}
		}
		require.Equal(t, want, strings.Join(taken, " "), kind)
		require.Equal(t, kind != "odd", knownType(kind), kind)
	}
}

// A variable has the value that is given, else its default; what is wrong is told of
// all of them at once.
func TestValuesOfVariables(t *testing.T) {
	t.Parallel()
	variable := func(more object) object { return model.Merge(object{"name": "v"}, more) }
	for name, c := range map[string]struct {
		variable object
		given    object
		want     object
		problems []string
	}{
		"given":                 {variable(nil), object{"v": 1}, object{"v": 1}, nil},
		"its default":           {variable(object{"defaultValue": 2}), object{}, object{"v": 2}, nil},
		"given over default":    {variable(object{"defaultValue": 2}), object{"v": 1}, object{"v": 1}, nil},
		"neither":               {variable(nil), object{}, object{}, []string{"Missing variable values for: v"}},
		"neither, and may be":   {variable(object{"nullable": true}), object{}, object{}, nil},
		"null":                  {variable(nil), object{"v": nil}, object{"v": nil}, []string{`variable "v" is null and is not nullable`}},
		"null, and may be":      {variable(object{"nullable": true}), object{"v": nil}, object{"v": nil}, nil},
		"another type":          {variable(object{"type": "int"}), object{"v": "x"}, object{"v": "x"}, []string{`variable "v" must be of type int, not string`}},
		"a default of another":  {variable(object{"type": "list", "defaultValue": "x"}), object{}, object{"v": "x"}, []string{`variable "v" must be of type list, not string`}},
		"one that is not there": {variable(nil), object{"v": 1, "more": 2}, object{"v": 1}, nil},
	} {
		got, problems := assign([]map[string]any{c.variable}, c.given)
		require.Equal(t, c.want, got, name)
		require.Equal(t, c.problems, problems, name)
	}
	_, problems := assign([]map[string]any{{"name": "a"}, {"name": "b"}, {"name": "c", "type": "int"}, {"name": "d"}}, object{"c": "x", "d": nil})
	require.Equal(t, []string{"Missing variable values for: a, b", `variable "d" is null and is not nullable`, `variable "c" must be of type int, not string`}, problems)
}

// The variables that a template's expressions name are found, and no methods.
func TestVariablesOfExpressions(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"plain templateVariables.a":                               nil,
		"${ templateVariables.a }":                                {"a"},
		"${ templateVariables['a'] } ${templateVariables[\"b\"]}": {"a", "b"},
		"${ templateVariables?.a ?: templateVariables . b }":      {"a", "b"},
		"${ templateVariables.containsKey('a') }":                 nil,
		"${ mytemplateVariables.a }":                              nil,
		"${ templateVariables.a.b[templateVariables.c] }":         {"a", "c"},
		"${ templateVariables }":                                  nil,
	} {
		require.Equal(t, want, variablesIn(text), text)
	}
}

// A template that stands on another adds to it by name: a member takes the other's
// place, is laid over it, or takes it away.
func TestMerges(t *testing.T) {
	t.Parallel()
	named := func(name string, more object) any { return model.Merge(object{"name": name}, more) }
	for name, c := range map[string]struct{ base, over, want []any }{
		"more":                            {list{named("a", nil)}, list{named("b", nil)}, list{named("a", nil), named("b", nil)}},
		"in its place":                    {list{named("a", object{"x": 1}), named("b", nil)}, list{named("a", object{"y": 2})}, list{named("a", object{"y": 2}), named("b", nil)}},
		"laid over it":                    {list{named("a", object{"x": 1, "y": 1})}, list{named("a", object{"y": 2, "merge": true})}, list{named("a", object{"x": 1, "y": 2})}},
		"taken away":                      {list{named("a", nil), named("b", nil)}, list{named("a", object{"remove": true})}, list{named("b", nil)}},
		"without a name":                  {list{object{"x": 1}}, list{object{"x": 2}}, list{object{"x": 1}, object{"x": 2}}},
		"something that is not an object": {list{"a"}, list{"a"}, list{"a", "a"}},
	} {
		require.Equal(t, c.want, mergeNamed(c.base, c.over), name)
	}
	require.Equal(t, list{object{"id": "a", "merge": true}}, mergeIdentified(list{object{"id": "a", "x": 1}}, list{object{"id": "a", "merge": true}}), "only what has a name is laid over another")
	require.Equal(t, object{"a": object{"x": 1, "y": 3}, "c": list{2}}, mergeMaps(
		object{"a": object{"x": 1, "y": 2}, "b": 1, "c": list{1}}, object{"a": object{"y": 3}, "b": nil, "c": list{2}}))
}

// The parts of a server group's name are those of Frigga: application, stack, detail
// and version.
func TestFriggaParts(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][4]string{ // app, stack, detail, push
		"shop":                      {"shop", "", "", ""},
		"shop-prod":                 {"shop", "prod", "", ""},
		"shop-prod-blue":            {"shop", "prod", "blue", ""},
		"shop-prod-blue-green-v012": {"shop", "prod", "blue-green", "v012"},
		"shop--blue-v001":           {"shop", "", "blue", "v001"},
		"shop-v123":                 {"shop", "", "", "v123"},
		"shop-prod-v1234":           {"shop", "prod", "", "v1234"},
		"shop-v12":                  {"shop", "v12", "", ""},
	} {
		parts := friggaParts(name)
		require.Equal(t, want, [4]string{parts["app"], parts["stack"], parts["detail"], parts["push"]}, name)
	}
}

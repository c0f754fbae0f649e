package expression

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// YAML is read as SnakeYAML reads it, by YAML 1.1: words are truth, numbers have
// bases and underscores, and what is quoted is text.
func TestReadYAML(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"yes": "true", "Yes": "true", "on": "true", "TRUE": "true", "no": "false", "Off": "false",
		"y": `"y"`, "tRUE": `"tRUE"`, "'yes'": `"yes"`, `"no"`: `"no"`, "!!str yes": `"yes"`,
		"~": "null", "null": "null", "NULL": "null", "": "null", "'~'": `"~"`, "nul": `"nul"`,
		"10": "10", "-10": "-10", "+10": "10", "010": "8", "0x1F": "31", "0b101": "5", "1_000": "1000", "09": `"09"`,
		"99999999999": "99999999999", "99999999999999999999": "99999999999999999999", "1:30": "90", "-1:30": "-90", "1:30:30": "5430", "1:75": `"1:75"`,
		"1.5": "1.5", "1.": "1.0", ".5": "0.5", "1e3": "1000.0", "1_0.5": "10.5", "1.2.3": `"1.2.3"`, "v1": `"v1"`, "1:30.5": "90.5",
		"!!float 1": "1.0", "!!int 7": "7", "'1'": `"1"`, "\"1\\n2\"": `"1\n2"`,
		"2024-01-02": "1704153600000", "2024-01-02T03:04:05Z": "1704164645000", "2024-01-02 03:04:05.5 +01:00": "1704161045500",
		"2024-1-2": `"2024-1-2"`, "2024-13-45": `"2024-13-45"`,
		"|\n  a\n  b": `"a\nb"`, ">\n  a\n  b": `"a b"`, "- a\n- b": `["a","b"]`, "a: {b: [1, ~]}": `{"a":{"b":[1,null]}}`,
		"&x a":                                   `"a"`,
		"a: &x {b: 1}\nc: *x":                    `{"a":{"b":1},"c":{"b":1}}`,
		"a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}":  `{"a":{"b":1,"c":2},"d":{"c":3,"b":1}}`,
		"<<: [{a: 1}, {a: 2, b: 3}]":             `{"a":1,"b":3}`,
		"!!set {a, b}":                           `{"a":null,"b":null}`,
		"1: one":                                 `{"1":"one"}`,
		"!!binary aGk=":                          `"aGk="`,
		"a: &x [*x]":                             "the YAML at line 1 contains itself: the anchor x is used within its own value",
		"<<: 1":                                  "<< at line 1 can merge only maps",
		"!!java.util.Date 1":                     "the tag !!java.util.Date at line 1 isn't known",
		"!custom x":                              "the tag !custom at line 1 isn't known",
		"!!binary '*'":                           "the binary at line 1 is no base64",
		"a: [":                                   "the text is no YAML",
		"a: b: c":                                "the text is no YAML",
		"*nope":                                  "the text is no YAML",
		"a: 1\n---\na: 2":                        "the text contains 2 documents: use #readAllYaml",
		"%TAG ! tag:example.com,2000:\n--- !x 1": "isn't known",
	} {
		exec, stage := pipeline("", object{"text": text}, "wait")
		got, summary := New(Options{}).EvaluateText(t.Context(), "${#toJson(#readYaml(text))}", StageScope(exec, stage, ""))
		if summary.Failures() == 0 {
			require.Equal(t, want, got, text)
			continue
		}
		for _, entries := range summary.Entries() {
			require.Contains(t, entries[0].Description, want, text)
		}
	}
}

// Several documents are a list; an empty text has none.
func TestReadAllYAML(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "[]", "a": `["a"]`, "a: 1\n---\nb: 2\n---\n": `[{"a":1},{"b":2},null]`, "---\n- 1\n": "[[1]]",
	} {
		exec, stage := pipeline("", object{"text": text}, "wait")
		got, summary := New(Options{}).EvaluateText(t.Context(), "${#toJson(#readAllYaml(text))}", StageScope(exec, stage, ""))
		require.Zero(t, summary.Failures(), "%q: %v", text, summary.Entries())
		require.Equal(t, want, got, text)
	}
}

// JSON is an object, or a list that starts with the text's first character
// (Orca's ExpressionsSupport decides by it which class to read).
func TestReadJSON(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"a": 1}`: `{"a":1}`, `[1, "x"]`: `[1,"x"]`, ` {"a": 1}`: `{"a":1}`, `{"b":2,"a":1}`: `{"b":2,"a":1}`,
		`{"n": 12345678901234567890}`: `{"n":12345678901234567890}`, `{"n": 1.50}`: `{"n":1.5}`, `{"a": {"b": [null]}}`: `{"a":{"b":[null]}}`,
		`[]`: `[]`, `{}`: `{}`, "null": "null",
		` [1]`: "a list that starts at once", `1`: "neither an object nor a list", `"x"`: "neither an object nor a list",
		``: "the text is empty, so it is no JSON", `  `: "the text is empty, so it is no JSON",
		`{"a": `: "JSON", `{a: 1}`: "JSON", `[1,]`: "JSON",
		strings.Repeat("[", 2000) + strings.Repeat("]", 2000): "deep",
	} {
		exec, stage := pipeline("", object{"text": text}, "wait")
		got, summary := New(Options{}).EvaluateText(t.Context(), "${#toJson(#readJson(text))}", StageScope(exec, stage, ""))
		if summary.Failures() == 0 {
			require.Equal(t, want, got, text)
			continue
		}
		for _, entries := range summary.Entries() {
			require.Contains(t, entries[0].Description, want, text)
		}
	}
}

// Texts become what they say, or nothing.
func TestTextFunctions(t *testing.T) {
	t.Parallel()
	rowsOn(t, released(), map[string]any{
		"#toInt('12')":                             number("12"),
		"#toInt('-12')":                            number("-12"),
		"#toInt('1.5')":                            refused("'1.5' is not a number"),
		"#toInt(' 1')":                             refused("' 1' is not a number"),
		"#toInt('')":                               refused("'' is not a number"),
		"#toInt('2147483648')":                     refused("doesn't fit into 32 bits"),
		"#toInt(null)":                             refused("null is not a number"),
		"#toInt(12)":                               number("12"),
		"#toFloat('7.5')":                          number("7.5"),
		"#toFloat(' 7.5 ')":                        number("7.5"),
		"#toFloat('x')":                            refused("'x' is not a number"),
		"#toBoolean('TRUE')":                       true,
		"#toBoolean('yes')":                        false,
		"#toBoolean(null)":                         false,
		"#alphanumerical('My_app-1.0é')":           "Myapp10",
		"#alphanumerical('')":                      "",
		"#toBase64('hé')":                          "aMOp",
		"#fromBase64('aMOp')":                      "hé",
		"#fromBase64('aGk')":                       "hi",
		"#fromBase64('a*')":                        refused("illegal base64 character"),
		"#fromBase64('a')":                         refused("this is no base64"),
		"#fromBase64(#toBase64('')) == ''":         true,
		"#toJson({a: {1, 'x', true, null}})":       `{"a":[1,"x",true,null]}`,
		"#toJson('x')":                             `"x"`,
		"#toJson(null)":                            "null",
		"#toJson(1.50)":                            "1.5",
		"#toJson(#stage('Bake').outputs)":          `{"ami":"ami-1","artifacts":[{"name":"made","type":"docker/image"}]}`,
		"#toJson({a: '$' + '{x}'})":                refused("wrap its argument in #doNotEval(...)"),
		"#toJson(#doNotEval({a: '$' + '{x}'}))":    `{"a":"` + prefix + `x}"}`,
		"#nope('x')":                               refused("#nope"),
		"#toIn('1')":                               refused("did you mean 'toInt'"),
		"#toInt('1', '2')":                         refused("toInt"),
		"#stage('Bake').context['nope'] ?: 'none'": "none",
	})
}

// What people read of a failure names the field, what is wrong, where it is, and
// what was probably meant, in plain words.
func TestDescriptions(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"${":                     "the expression that starts with { has no closing }, at 1 in {",
		"${}":                    "there is no expression between { and }, at 1 in {}",
		"${a)}":                  "')' closes nothing, at 4 in {a)}",
		"${(a}":                  "'}' can't close the '(' at 2, at 5 in {(a}",
		"${m[}":                  "'}' can't close the '[' at 3, at 5 in {m[}",
		"${'a}":                  "the text that starts here has no closing ', at 3 in {'a}",
		"${1 +}":                 "the operand to the right of '+' is missing, at 3 in 1 +",
		"${a = }":                "what to assign is missing, at 3 in a =",
		"${a b}":                 "the expression ends before 'b', at 3 in a b",
		"${1.}":                  "the expression ends after a dot, at 2 in 1.",
		"${a..b}":                "'.' can't follow a dot, at 2 in a..b",
		"${12345678901}":         "the number 12345678901 doesn't fit: write 12345678901L for a long, at 1 in 12345678901",
		"${nope.x}":              "the property 'x' can't be read from null, at 6 in nope.x",
		"${nope['x']}":           "null can't be indexed, at 5 in nope['x']",
		"${{1}[5]}":              "the index 5 is out of range of a list of length 1, at 4 in {1}[5]",
		"${'abc'[9]}":            "the index 9 is out of range of a text of length 3, at 6 in 'abc'[9]",
		"${'a'.substring(5)}":    "from 5 to 1 is out of range of a text of length 1, at 5 in 'a'.substring(5)",
		"${'a'.nope()}":          "there is no method nope() of java.lang.String, or it may not be called, at 5 in 'a'.nope()",
		"${'a'.length(1)}":       "there is no method length(java.lang.Integer) of java.lang.String, or it may not be called, at 5 in 'a'.length(1)",
		"${{a:1}.![key]}":        "the property 'key' of java.util.LinkedHashMap$Entry may not be read: it gives java.lang.Object, at 9 in {a:1}.![key]",
		"${'a'.substring('x')}":  "'x' is not a number, at 5 in 'a'.substring('x')",
		"${1 && true}":           "java.lang.Integer can't be converted to java.lang.Boolean, at 1 in 1 && true",
		"${'x' && true}":         "'x' is neither true nor false, at 1 in 'x' && true",
		"${1 < 'a'}":             "java.lang.Integer and java.lang.String can't be compared: convert one, as with #toInt, at 3 in 1 < 'a'",
		"${1 + true}":            "the operator + has no meaning between a java.lang.Integer and a java.lang.Boolean, at 3 in 1 + true",
		"${-'a'}":                "the operator - has no meaning before a java.lang.String, at 1 in -'a'",
		"${1 instanceof 2}":      "the right side of instanceof must be a type, such as T(String), not a java.lang.Integer, at 14 in 1 instanceof 2",
		"${1 between 3}":         "the right side of between must be a list of two values, such as {1,10}, at 11 in 1 between 3",
		"${new Nope()}":          "the type 'Nope' may not be used here, at 1 in new Nope()",
		"${T(Nope)}":             "the type 'Nope' may not be used here, at 1 in T(Nope)",
		"${@bean}":               "there are no beans here, so no 'bean' either, at 1 in @bean",
		"${1/0}":                 "division by zero: / by zero, at 2 in 1/0",
		"${'a' matches '['}":     `the pattern "[" has a set that is not closed at 0, at 13 in 'a' matches '['`,
		"${'x'.repeat(-1)}":      "the count is negative: -1, at 5 in 'x'.repeat(-1)",
		"${new int[-1]}":         "an array can't have -1 members, at 1 in new int[-1]",
		"${{1,2}.add(3)}":        "this collection can't be changed, at 7 in {1,2}.add(3)",
		"${'%d'.formatted('x')}": "%d can't format a java.lang.String, at 6 in '%d'.formatted('x')",
		"${'%-d'.formatted(1)}":  "%-d needs a width, such as %-5d, at 7 in '%-d'.formatted(1)",
		"${'%q'.formatted(1)}":   "the format has %q, which means nothing, at 6 in '%q'.formatted(1)",
		"${'%s'.formatted()}":    "the format needs an argument that is missing: %s, at 6 in '%s'.formatted()",
		"${#readJson('{')}":      "the text is no JSON: it ends too early, at 1 in #readJson('{')",
	} {
		exec, stage := pipeline("", object{"f": text}, "wait")
		_, summary := New(Options{}).Evaluate(t.Context(), stage.Context, StageScope(exec, stage, ""))
		require.Equal(t, 1, summary.Failures(), text)
		for _, entries := range summary.Entries() {
			require.Equal(t, "Failed to evaluate [f] "+want, entries[0].Description)
			require.NotContains(t, entries[0].Description, "${", "%s: the description would be evaluated", text)
		}
	}
}

// A text of several parts keeps what could not be had, and gives the rest.
func TestParts(t *testing.T) {
	t.Parallel()
	exec, stage := pipeline("", object{"a": "x", "list": []any{json.Number("1"), json.Number("2")}, "none": nil}, "wait")
	for text, want := range map[string]struct {
		value    any
		failures int
	}{
		"plain":                  {"plain", 0},
		"${a}":                   {"x", 0},
		"${a}${a}":               {"xx", 0},
		"-${a}-":                 {"-x-", 0},
		"${a} ${nope} ${a}":      {"x ${nope} x", 1},
		"${a} ${none}":           {"x ${none}", 1},
		"${a} ${a.nope()}":       {"${a} ${a.nope()}", 1},
		"${list}":                {[]any{json.Number("1"), json.Number("2")}, 0},
		"is ${list}":             {"is 1,2", 0},
		"is ${{a:1}}":            {"is ${{a:1}}", 1},
		"${1+1}":                 {json.Number("2"), 0},
		" ${1+1}":                {" 2", 0},
		"$a {b} $":               {"$a {b} $", 0},
		"$${a}":                  {"$x", 0},
		"${'}'}":                 {"}", 0},
		"${a}}":                  {"x}", 0},
		"${ a }":                 {"x", 0},
		"${\na\n}":               {"x", 0},
		"${a == 'x' ? '${' : 1}": {"${", 0},
	} {
		got, summary := New(Options{}).EvaluateText(t.Context(), text, StageScope(exec, stage, ""))
		require.Equal(t, want.value, got, text)
		require.Equal(t, want.failures, summary.Failures(), text)
	}
}

package template

import (
	"context"
	"maps"
	"strings"
	"testing"
	"time"
)

func values() object {
	return object{
		"n": 5, "flag": true, "text": "a b", "none": nil, "list": list{"x", "y"}, "numbers": list{3, 1.5, 2},
		"map": object{"k": "v", "deep": list{object{"id": 1}}}, "group": "shop-prod-blue-v012",
	}
}

func TestRender(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]any{
		"plain":                        "plain",
		" 5 ":                          5,
		"1.5":                          1.5,
		"true":                         true,
		"yes":                          "yes",
		"a: b":                         object{"a": "b"},
		"[1, a]":                       list{1, "a"},
		"${ a: b }":                    "${ a: b }",
		"* starred":                    "* starred",
		"@class":                       "@class",
		"noexpand:5":                   "5",
		"":                             nil,
		"'quoted'":                     "'quoted'",
		"a: b: c":                      "a: b: c",
		"{{ n }}":                      5,
		"x-{{ n }}":                    "x-5",
		"{{ flag }}":                   true,
		"is-{{ flag }}":                "is-true",
		"{{ n == 5 }}":                 true,
		"{{ none }}":                   nil,
		"{{ list }}":                   list{"x", "y"},
		"{{ map }}":                    object{"k": "v", "deep": list{object{"id": 1}}},
		"{{ map.k }}":                  "v",
		"{{ list[1] }}":                "y",
		"{{ text|upper }}":             "A B",
		"{{ list|join('-') }}":         "x-y",
		"{{ map|json }}":               object{"k": "v", "deep": list{object{"id": 1}}},
		"{{ text|base64 }}":            "YSBi",
		"{{ numbers|max }}":            3,
		"{{ numbers|min }}":            1.5,
		"{{ group|frigga('stack') }}":  "prod",
		"{{ group|frigga('detail') }}": "blue",
		"{{ group|frigga('push') }}":   "v012",
		"{% if n > 3 %}big{% else %}small{% endif %}":                                    "big",
		"{% for x in list %}{{ x }}{% endfor %}":                                         "xy",
		"[{% for i in range(3) %}{{ i }},{% endfor %}]":                                  list{0, 1, 2},
		"{% set x = 'a' %}{% for i in range(3) %}{% set x = x ~ x %}{% endfor %}{{ x }}": "a",
		"{{ text.split(' ')[0] }}":                                                       "a",
		"{% set y = n + 1 %}{{ y }}":                                                     6,
		"{% macro hi(who, sign='!') %}Hi {{ who }}{{ sign }}{% endmacro %}{{ hi('Ann') }} {{ hi(text, sign='?') }}": "Hi Ann! Hi a b?",
		"{% macro in() %}{{ caller() }}{% endmacro %}{% call in() %}{{ n }}{% endcall %}":                           5,
		"{% macro a(x) %}<{{ x }}>{% endmacro %}{% macro b(x) %}{{ a(x) }}{{ a(x) }}{% endmacro %}{{ b(n) }}":       "<5><5>",
		"{% set a = text ~ '-' ~ text %}{% set b = a ~ '-' ~ n ~ '-v001' %}{{ b }}":                                 "a b-a b-5-v001",
		"{% raw %}{{ n }}{% endraw %}":                                  "{{ n }}",
		"{# nothing #}":                                                 nil,
		"{% pipelineid name=text %}":                                    "id-shop-a b",
		"{% pipelineId application=other name='my pipeline' %}":         "id-other-my pipeline",
		"{% strategyid application=\"x\", name=y %}":                    "strategy-x-y",
		"- {{ n }}\n- {{ text }}":                                       list{5, "a b"},
		"{{ trigger.user is defined }}":                                 false,
		"{% if trigger.user is defined %}{{ trigger.user }}{% endif %}": nil,
		"{{ trigger.user|default('nobody') }}":                          "nobody",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			r := (shelf{}).planner().renderer(t.Context(), "shop", object{})
			scope := r.scope()
			maps.Copy(scope, values())
			got, err := r.deep(text, scope, "here")
			if err != nil {
				t.Fatal(err)
			}
			equal(t, got, want)
		})
	}
}

func TestWhatCantBeRendered(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"{{ unknown }}":     "unknown",
		"{{ map.unknown }}": "unknown",
		"{{ n | nothing }}": "nothing",
		"{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}":                                                                       "calls itself",
		"{% macro a(x) %}{% if x %}{{ b(x) }}{% endif %}{% endmacro %}{% macro b(x) %}{{ a(x) }}{% endmacro %}{{ a(1) }}":       "calls itself",
		"{% macro a(x) %}{{ x }}{{ x }}{% endmacro %}{{ " + strings.Repeat("a(", 40) + "text" + strings.Repeat(")", 40) + " }}": "too large",
		"{% macro a() %}x{% endmacro %}{% for i in range(1000) %}{{ a() }}{{ a() }}{% endfor %}":                                "1000 times",
		"{% set x = 'a' %}" + strings.Repeat("{% set x = x ~ x ~ x ~ x %}", 7):                                                  "put together too often",
		"{% macro a(x) %}{{ x }}{% endmacro %}{{ a() }}":                                                                        "not provided",
		"{% include 'x' %}":      "include",
		"{% import 'x' as y %}":  "import",
		"{{ 'a' * 1000000000 }}": "multiplication (*) in Jinja is not supported",
		"{{ 2 ** 9 }}":           "multiplication",
		"{{ 'aaaaaaaaaaaaaaaaaaaa'|replace('a', '" + strings.Repeat("b", 1000) + "')|replace('b', '" + strings.Repeat("c", 1000) + "') }}": "too large",
		"{{ 'a'|center(1000000000) }}":                   "center",
		"{{ 'a'.ljust(1000000000) }}":                    "ljust",
		strings.Repeat("{% set x = 'a' %}", 20):          "16 tags set",
		"{{ 'a'" + strings.Repeat(" ~ 'a'", 300) + " }}": "200 operators",
		"{{ 'a'|max }}":                                  "need a list",
		"{{ group|frigga('x') }}":                        "frigga knows",
		"{% strategyid application=a %}":                 "needs a name",
		"{% strategyid application %}":                   "key=value",
		"{" + strings.Repeat("(", 300) + "{{ n }}":       "nested 200 deep",
		strings.Repeat("{% for a in list %}", 5):         "loops may be nested",
		strings.Repeat("{% if n %}", 300):                "tags may be nested",
		"{{ n }}" + strings.Repeat("x", maxText):         "bytes",
		"{{ '[1, ' }}":                                   "no YAML",
		"{{ '[&a 1, *a]' }}":                             "anchors and aliases",
		"{% for i in range(1000) %}{% for j in range(1000) %}{{ i }}{% endfor %}{% endfor %}": "100000 rounds",
	} {
		r := (shelf{}).planner().renderer(t.Context(), "shop", object{})
		scope := r.scope()
		maps.Copy(scope, values())
		_, err := r.deep(text, scope, "here")
		says(t, err, "here", want)
	}
}

func TestOutputIsBounded(t *testing.T) {
	t.Parallel()
	r := (shelf{}).planner().renderer(t.Context(), "shop", object{})
	scope := object{"big": strings.Repeat("x", 1<<20)}
	_, err := r.deep("{% for i in range(1000) %}{{ big }}{% endfor %}", scope, "here")
	says(t, err, "too large")
}

func TestDeepRendering(t *testing.T) {
	t.Parallel()
	r := (shelf{}).planner().renderer(t.Context(), "shop", object{})
	scope := object{"a": "[\"{{ b }}\"]", "b": "[\"{{ a }}\"]"}
	_, err := r.deep("{{ a }}", scope, "here")
	says(t, err, "more than 5 times")
}

func FuzzRender(f *testing.F) {
	for _, text := range []string{
		"{{ n }}", "{% for x in list %}{{ x }}{% endfor %}", "{% module m a=b %}", "{% set x = [1, {'a': n}] %}{{ x|json }}",
		"{{ map['k'][0:1] }}", "{% macro a(x) %}{{ x }}{% endmacro %}{{ a(n) }}{% call a(1) %}{% endcall %}", "{% pipelineid name=text %}", "{{ 1 // 0 }}", "{%- if a -%}", "{{ list|map('upper')|list }}",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "**") || strings.Contains(text, "*") && len(text) > 200 {
			return // large numbers take their time in any language
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		r := (shelf{}).planner().renderer(ctx, "shop", object{})
		r.template = object{"modules": list{object{"id": "m", "variables": list{object{"name": "a"}}, "definition": object{"x": "{{ a }}"}}}}
		scope := r.scope()
		maps.Copy(scope, values())
		if _, err := r.deep(text, scope, "here"); err != nil && err.Error() == "" {
			t.Error("an error without a word")
		}
	})
}

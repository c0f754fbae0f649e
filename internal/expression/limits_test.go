package expression

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestLimits runs what isn't meant well: all of it must end soon, in a failure
// that says why.
func TestLimits(t *testing.T) {
	t.Parallel()
	doubled := "#x = {1,2}"
	for range 40 {
		doubled += ", #x = {#x, #x}"
	}
	big := object{}
	for i := range 3000 {
		big[fmt.Sprint("k", i)] = strings.Repeat("a", 300)
	}
	exec, stage := pipeline("", object{
		"big": big, "text": strings.Repeat("a", 1<<18), "numbers": "1,2,3,4,5,6,7,8,9,10",
	}, "wait")
	for name, text := range map[string]string{
		"steps":             "${" + nested("#root.numbers.split(',').![", "1", "]", 12) + "}",
		"text of shared":    "${{" + doubled + "}.toString()}",
		"equality":          "${{" + doubled + ", #x == {#x}}}",
		"hash":              "${{" + doubled + ", #x.hashCode()}}",
		"a map as key":      "${" + nested("#root.numbers.split(',').![", "{(#root.big): 1}", "]", 6) + "}",
		"repeat":            "${'a'.repeat(100000000)}",
		"repeat of repeats": "${'a'.repeat(1000000).repeat(1000000)}",
		"replace":           "${text.replaceAll('a', text)}",
		"slow pattern":      "${text.replaceAll('a.*b|a', 'c')}",
		"format":            "${'%2000000000s'.format('%2000000000s%2000000000s', 1, 2) + text + text}",
		"concatenation":     "${text + text}",
		"array":             "${new int[10000000]}",
		"nesting":           "${" + strings.Repeat("(", 1000) + "1" + strings.Repeat(")", 1000) + "}",
		"length":            "${" + strings.Repeat("1+", 6000) + "1}",
		"aliases":           "${#readYaml('" + bomb() + "')}",
		"pattern":           "${'a'.matches('((((a{1,100}){1,100}){1,100}){1,100}){1,100}')}",
		"large pattern":     "${text.matches('(a?){4000}b')}",
		"map as both":       repeated("#x = {{1:1}:1}", "#x = {(#x): #x}", 30),
		"map as key":        repeated("#x = {1:1}", "#x = {(#x): 1}", 250, "1/0"),
		"list as key":       repeated("#x = {1:1}", "#x = {({#x}): 1}", 150, "1/0"),
		"hash map as key":   repeated("#x = {1:1}", "#x = {(#x): 1, (#x.toString()): 2}.?[true]", 40),
		"hash maps compared": repeated("#x = {1:1}", "#x = {(#x): 1, (#x.size()): #x}.?[true]", 40, "#x == {#x}.![#this][0]",
			"#x.hashCode()", "1/0"),
		"asked for a key":   repeated("#x = {1:1}", "#x = {(#x): 1}", 100, "#x.containsKey({(#x): {(#x): #x}})", "1/0"),
		"JSON of shared":    "${#toJson({" + doubled + "})}",
		"result of shared":  "${{" + doubled + "}}",
		"sum of shared":     "${{" + doubled + ", #x + #x}}",
		"integers":          repeated("#x = 99999999999999999999", "#x = #x * #x", 60),
		"powers":            repeated("#x = 99999999999999999999", "#x = #x ^ 1000", 6),
		"arrays of letters": "${#root.numbers.split(',').![text.toCharArray()].![text.getBytes()]}",
		"lists of lists":    "${{#x = new java.util.ArrayList(#root.numbers.split(','))" + strings.Repeat(", #x.addAll(#x)", 30) + "}}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := New(Options{Limits: Limits{Time: time.Second}})
			start := time.Now()
			_, summary := e.EvaluateText(context.Background(), text, StageScope(exec, stage, ""))
			if took := time.Since(start); took > 2*time.Minute { // of a busy machine, with the race detector
				t.Errorf("took %v", took)
			}
			if summary.Failures() == 0 {
				t.Errorf("did not fail")
			}
		})
	}
}

// repeated is a list that begins with one expression, goes on with another so many
// times, and ends with others.
func repeated(first, step string, n int, last ...string) string {
	out := "${{" + first + strings.Repeat(", "+step, n)
	for _, one := range last {
		out += ", " + one
	}
	return out + "}}"
}

func nested(open, within, end string, depth int) string {
	return strings.Repeat(open, depth) + within + strings.Repeat(end, depth)
}

func bomb() string {
	out := "a0: &a0 [x,x]"
	for i := 1; i < 30; i++ {
		out += fmt.Sprintf(", a%d: &a%d [*a%d,*a%d]", i, i, i-1, i-1)
	}
	return "{" + out + "}"
}

func TestContextEnds(t *testing.T) {
	t.Parallel()
	exec, stage := pipeline("", object{"a": "${1+1}", "b": "${parameters.region}"}, "wait")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, summary := New(Options{}).Evaluate(ctx, stage.Context, StageScope(exec, stage, ""))
	if summary.Failures() != 2 {
		t.Errorf("what has no caller any more goes on: %v", summary.Entries())
	}
}

// TestMessages: a failure names the field, the expression, the place and what
// was probably meant.
func TestMessages(t *testing.T) {
	t.Parallel()
	exec, stage := pipeline("", object{}, "wait")
	for text, want := range map[string][]string{
		"${1/0}":                      {"spec.list[1].x", "by zero", "at 2 in 1/0"},
		"ok ${'a'.toUperCase()} ${1}": {"toUperCase", "'toUpperCase'", "at 5 in 'a'.toUperCase()"},
		"${#stag('x')}":               {"#stag", "'stage'"},
		"${#stage('frist').name}":     {"'frist'", "'first'"},
		"${execution.applicaton}":     {"'applicaton'", "'application'"},
		"${parameters.count > 3}":     {},
		"${'a' > 1}":                  {"compared", "#toInt"},
		"${T(LocalDate).now()}":       {"java.time.LocalDate"},
		"${1 +}":                      {"right of '+'", "at 3 in 1 +"},
		"${'a}":                       {"closing '"},
		"${big.get('a')}":             {},
		"${{a:1}.get('a')}":           {"[key]"},
	} {
		source := object{"spec": object{"list": []any{"x", object{"x": text}}}}
		_, summary := New(Options{}).Evaluate(context.Background(), source, StageScope(exec, stage, ""))
		for _, entries := range summary.Entries() {
			for _, part := range want {
				if !strings.Contains(entries[0].Description, part) {
					t.Errorf("%s: %q lacks %q", text, entries[0].Description, part)
				}
			}
			if strings.Contains(entries[0].Description, "${") {
				t.Errorf("%s: the description would be evaluated: %q", text, entries[0].Description)
			}
		}
		if len(want) > 0 && summary.Failures() != 1 {
			t.Errorf("%s: %d failures", text, summary.Failures())
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	e := New(Options{Cache: 8})
	exec, stage := pipeline("", object{}, "wait")
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for j := range 200 {
				text := fmt.Sprintf("${%d + parameters.n}-${'x%d'.replaceAll('x(\\d)', '$1')}", j%20, (i+j)%10)
				got, summary := e.EvaluateText(context.Background(), text, StageScope(exec, stage, ""))
				if want := fmt.Sprintf("%d-%d", j%20+3, (i+j)%10); got != want {
					t.Errorf("%s: want %s, got %v (%v)", text, want, got, summary.Entries())
					return
				}
			}
		})
	}
	group.Wait()
}

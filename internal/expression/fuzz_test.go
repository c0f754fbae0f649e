package expression

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/limit/limittest"
	"github.com/gennaker/gennaker/internal/model"
)

// seeds are the expressions of the recorded and the reviewed answers.
func seeds(f *testing.F) []string {
	f.Helper()
	var out []string
	data, err := os.ReadFile("testdata/golden/cases.json")
	if err != nil {
		f.Fatal(err)
	}
	var cases []struct {
		Expr any `json:"expr"`
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		f.Fatal(err)
	}
	for _, c := range cases {
		if s, ok := c.Expr.(string); ok {
			out = append(out, s)
		}
	}
	for _, r := range readReviewed(f) {
		out = append(out, prefix+r.expr+suffix)
	}
	return out
}

// FuzzTemplate: parsing any text ends, and says where it went wrong.
func FuzzTemplate(f *testing.F) {
	for _, s := range seeds(f) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		parsed := parseTemplate(text, 10_000)
		if parsed.err != nil {
			if parsed.err.Message == "" || parsed.err.Class == "" {
				t.Fatalf("%q: a failure that says nothing: %#v", text, parsed.err)
			}
			if parsed.err.At > len(parsed.where) {
				t.Fatalf("%q: a place beyond its end: %d", text, parsed.err.At)
			}
			return
		}
		var joined strings.Builder
		for _, p := range parsed.parts {
			joined.WriteString(p.text)
		}
		if joined.String() != parsed.key {
			t.Fatalf("%q: key %q is not its parts %q", text, parsed.key, joined.String())
		}
	})
}

// FuzzEvaluate: evaluating any text ends soon, gives JSON, changes nothing
// that it was given, and gives the same again.
func FuzzEvaluate(f *testing.F) {
	for _, s := range seeds(f) {
		f.Add(s)
	}
	data, err := os.ReadFile("testdata/golden/execution.json")
	if err != nil {
		f.Fatal(err)
	}
	var exec model.Execution
	if err := model.Unmarshal(data, &exec); err != nil {
		f.Fatal(err)
	}
	before, err := model.Marshal(&exec)
	if err != nil {
		f.Fatal(err)
	}
	clock := func() time.Time { return time.Unix(1_700_000_000, 0) }
	outside := Outside{Pipelines: recordedPipelines{}, Applications: recordedApplications{}, URLs: recordedURLs{}}
	e := New(Options{Outside: outside, Now: clock, Limits: Limits{Steps: 20_000, Text: 1 << 20}})
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "andom") {
			t.Skip("gives something else each time")
		}
		var results [2]string
		for i := range results {
			stage := exec.Stages[len(exec.Stages)-1]
			var (
				out     any
				summary *Summary
			)
			limittest.Bounded(t, len(text), 100_000, func() {
				out, summary = e.EvaluateText(context.Background(), text, StageScope(&exec, stage, "user"))
			})
			data, err := json.Marshal([]any{out, summary.Object()})
			if err != nil {
				t.Fatalf("%q: no JSON: %v", text, err)
			}
			results[i] = string(data)
			if summary.Failures() > 0 && summary.Total() == 0 {
				t.Fatalf("%q: a failure of nothing", text)
			}
		}
		if results[0] != results[1] {
			t.Fatalf("%q: first %s, then %s", text, results[0], results[1])
		}
		after, err := model.Marshal(&exec)
		if err != nil || !bytes.Equal(after, before) {
			t.Fatalf("%q has changed the execution: %v", text, err)
		}
	})
}

// FuzzPattern: any pattern is translated into a valid one, or refused.
func FuzzPattern(f *testing.F) {
	for _, s := range []string{`a+b*?`, `[a-z&&[^b]]`, `(?i)x`, `\Qa.b\E`, `\p{Alpha}\P{Upper}`, `(?<n>a)\k<n>`, `a{1,3}`, `[[a]b]`, `\0101\u0041\cA`, `\h\R\Z`, `[^\]]`} {
		f.Add(s, "abc", "$1")
	}
	e := New(Options{})
	f.Fuzz(func(t *testing.T, src, text, with string) {
		p, err := compilePattern(src)
		if err != nil {
			if asFailure(err).Class != exPattern {
				t.Fatalf("%q: %v", src, err)
			}
			return
		}
		p.matches(text)
		st := &state{ctx: context.Background(), env: e, deadline: time.Now().Add(time.Second)}
		if out, err := p.replace(st, text, with, false); err != nil && out != "" {
			t.Fatalf("%q: both a result and an error", src)
		}
		if _, err := p.split(st, text, 0); err != nil {
			t.Skip("too slow")
		}
	})
}

// FuzzDateFormat: any date pattern formats, and what it has formatted it can
// mostly read; it never ends the program.
func FuzzDateFormat(f *testing.F) {
	for _, s := range []string{"yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "EEE, d MMM yyyy HH:mm:ss Z", "''yy''", "w W D F u k K h a z X"} {
		f.Add(s, int64(0), "1970-01-01")
	}
	f.Fuzz(func(t *testing.T, src string, ms int64, text string) {
		made, err := newSimpleDateFormat(src, time.UTC)
		if err != nil {
			return
		}
		format := made.(*dateFormat)
		limit := int64(1) << 50
		out := format.format(time.UnixMilli(ms % limit).UTC())
		if _, err := format.parse(out); err != nil && asFailure(err).Message == "" {
			t.Fatalf("%q: %v", src, err)
		}
		if _, err := format.parse(text); err != nil && asFailure(err).Message == "" {
			t.Fatalf("%q: %v", src, err)
		}
	})
}

// FuzzYAML: any YAML is read or refused.
func FuzzYAML(f *testing.F) {
	for _, s := range []string{"a: 1\nb: [x, y]", "&a [*a]", "<<: {a: 1}\nb: 2", "- 0x1F\n- 010\n- 1:30\n- .inf\n- 2024-01-01", "---\na\n---\nb", "!!binary aGk=", "? [a]\n: b"} {
		f.Add(s)
	}
	for _, bomb := range limittest.YAMLBombs() {
		f.Add(bomb)
	}
	e := New(Options{})
	f.Fuzz(func(t *testing.T, text string) {
		var (
			docs []any
			err  error
		)
		limittest.Bounded(t, len(text), 2000, func() {
			st := &state{ctx: context.Background(), env: e, scope: &scope{}}
			docs, err = readYAML(st, text)
		})
		if err != nil {
			return
		}
		for _, d := range docs {
			if _, err := toJSON(d, jsonDropNulls); err != nil && asFailure(err).Message == "" {
				t.Fatalf("%q: %v", text, err)
			}
		}
	})
}

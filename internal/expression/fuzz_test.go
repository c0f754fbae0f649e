package expression

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/limit/limittest"
)

// Seeds are the expressions of the recorded and the reviewed answers.
func Seeds(f *testing.F) []string {
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
	if data, err = os.ReadFile("testdata/reviewed.txt"); err != nil {
		f.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		expr, _, _ := strings.Cut(strings.TrimSpace(line), "\t")
		out = append(out, prefix+expr+suffix)
	}
	return out
}

// FuzzTemplate: parsing any text ends, and says where it went wrong.
func FuzzTemplate(f *testing.F) {
	for _, s := range Seeds(f) {
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

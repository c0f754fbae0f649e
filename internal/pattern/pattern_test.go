package pattern_test

import (
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/pattern"
)

func TestMatches(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"main", "main", true},
		{"main", "mainline", false},
		{"release/.*", "release/1.0", true},
		{"0.1|1.4.2", "1.4.2", true},
		{"^(?!latest).*$", "1.4.2", true},
		{"^(?!latest).*$", "latest", false},
		{"^(?!latest$).*$", "latest-1", true},
		{"(?!latest)(?=1).*", "1.2", true},
		{"(?!latest)(?=1).*", "2.1", false},
		{".*(?<!-rc)$", "1.0-rc", false},
		{".*(?<!-rc)$", "1.0", true},
		{"v.*(?<!-rc)(?<!-beta)", "v1-beta", false},
		{"v.*(?<!-rc)(?<!-beta)", "v1", true},
		{"^(?!(a|b))[^)]+$", "c(", true},
		{`\(.*\)`, "(x)", true},
		{"", "", true},
		{"", "x", false},
		{`(?i)MAIN`, "main", true},
	} {
		if got, err := pattern.Matches(c.pattern, c.text); err != nil || got != c.want {
			t.Errorf("%q matches %q: %v, %v", c.pattern, c.text, got, err)
		}
	}
}

func TestFound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"prod", "eu-prod-1", true},
		{"^prod", "eu-prod", false},
		{"^$", "", true},
		{"^(?!x)a", "ba", false},
		{"^(?!x)b", "ba", true},
	} {
		if got, err := pattern.Found(c.pattern, c.text); err != nil || got != c.want {
			t.Errorf("%q is found in %q: %v, %v", c.pattern, c.text, got, err)
		}
	}
}

func TestPatternsThatCantBeUsed(t *testing.T) {
	t.Parallel()
	for bad, want := range map[string]string{
		"*(":                      "can't be used",
		"(a":                      "missing closing )",
		"a(?!b)c":                 "looks ahead or behind",
		`(a)\1`:                   "can't be used",
		"(?!a)b|c":                "parentheses",
		"(?!a":                    "isn't closed",
		strings.Repeat("a", 5000): "5000 bytes",
	} {
		if _, err := pattern.Compile(bad); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want %q", bad, err, want)
		}
	}
}

// Time grows with the text, whatever the pattern.
func FuzzMatches(f *testing.F) {
	f.Add("^(?!latest).*$", "1.0")
	f.Add("(a+)+$", strings.Repeat("a", 100)+"!")
	f.Add(".*(?<!-rc)$", "x")
	f.Fuzz(func(t *testing.T, p, text string) {
		if len(text) > 4096 {
			t.Skip()
		}
		start := time.Now()
		_, _ = pattern.Matches(p, text)
		_, _ = pattern.Found(p, text)
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%q took %v", p, took)
		}
	})
}

package template

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

type (
	object = map[string]any
	list   = []any
)

// shelf is templates by their keys, and artifacts by their references.
type shelf map[string]string

func (s shelf) PipelineTemplate(_ context.Context, id, tag, digest string) (any, error) {
	key, err := Reference{ID: id, Tag: tag, Digest: digest}.Key()
	if err != nil {
		return nil, err
	}
	text, ok := s[key]
	if !ok {
		return nil, fault.New(fault.NotFound, "Pipeline template not found (id: %s)", key)
	}
	return parseDocument([]byte(text))
}

func (s shelf) Fetch(_ context.Context, artifact map[string]any) ([]byte, error) {
	text, ok := s[model.String(artifact, "reference")]
	if !ok {
		return nil, errors.New("the server is away")
	}
	return []byte(text), nil
}

func (shelf) ConfigID(_ context.Context, strategy bool, application, name string) (string, bool, error) {
	if name == "broken" {
		return "", false, errors.New("the store is away")
	}
	if strategy {
		return "strategy-" + application + "-" + name, name != "none", nil
	}
	return "id-" + application + "-" + name, name != "none", nil
}

func (s shelf) planner() *Planner { return New(Options{Templates: s, Fetcher: s, Pipelines: s}) }

// document reads YAML of a test.
func document(tb testing.TB, text string) object {
	tb.Helper()
	out, err := parseDocument([]byte(text))
	if err != nil {
		tb.Fatalf("%v in:\n%s", err, text)
	}
	return out
}

// equal compares by JSON.
func equal(tb testing.TB, got, want any) {
	tb.Helper()
	if g, w := jsonText(plain(got)), jsonText(plain(want)); g != w {
		tb.Errorf("got\n%s\nwant\n%s", g, w)
	}
}

// says checks that an error is a fault that says all parts.
func says(tb testing.TB, err error, parts ...string) {
	tb.Helper()
	if err == nil {
		tb.Fatal("there is no error")
	}
	if fault.KindOf(err) == fault.Internal {
		tb.Errorf("%v is no fault", err)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			tb.Errorf("%q does not say %q", err, part)
		}
	}
}

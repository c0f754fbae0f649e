package expression

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// TestRoom: what becomes large asks for room before it does, once for all
// documents of a context, and what is ordinary doesn't ask.
func TestRoom(t *testing.T) {
	t.Parallel()
	exec, stage := pipeline("", object{"text": strings.Repeat("a,", 1<<16)}, "wait")
	e := New(Options{})
	for name, c := range map[string]struct {
		text  string
		large bool
	}{
		"ordinary":    {"${text.substring(1)} ${#toJson(execution.application)}", false},
		"repeat":      {"${'a'.repeat(300000)}", true},
		"many texts":  {strings.Repeat("${text}", 10), true},
		"replace":     {"${text.replace('a', 'bbbb')}", true},
		"pattern":     {"${text.replaceAll('a', 'bbbb')}", true},
		"many pieces": {"${text.split(',').length}", true},
		"concat":      {"${text.substring(0, 90000) + text.substring(0, 5000)}", false},
		"steps":       {"${{1,2,3,4,5,6,7,8,9,10}.![{1,2,3,4,5,6,7,8,9,10}.![{1,2,3,4,5,6,7,8,9,10}.![{1,2,3,4,5,6,7,8,9,10}.![{1,2,3,4,5,6,7,8,9,10}.![#this]]]]]}", true},
	} {
		asked := 0
		ctx := WithRoom(t.Context(), func(context.Context) (int, error) { asked++; return 10 << 20, nil })
		for range 2 {
			if _, summary := e.EvaluateText(ctx, c.text, StageScope(exec, stage, "")); summary.Failures() > 0 {
				t.Errorf("%s: %v", name, summary.Entries())
			}
		}
		if asked > 1 || (asked == 1) != c.large {
			t.Errorf("%s: room was asked for %d times", name, asked)
		}
		if len(e.large) > 0 {
			t.Errorf("%s: the evaluator's own room was taken too", name)
		}
	}
}

func TestNoRoom(t *testing.T) {
	t.Parallel()
	exec, stage := pipeline("", object{}, "wait")
	e := New(Options{})
	scope := StageScope(exec, stage, "")
	ctx := WithRoom(t.Context(), func(context.Context) (int, error) { return 0, errors.New("no room") })
	_, summary := e.Evaluate(ctx, map[string]any{"a": "${'a'.repeat(300000)}", "b": "${'a'.repeat(300000)}"}, scope)
	if summary.Failures() != 2 {
		t.Errorf("%d failures, want 2", summary.Failures())
	}
	// The results of all documents share what there is.
	ctx = WithRoom(t.Context(), func(context.Context) (int, error) { return 2 << 20, nil })
	failures := 0
	for range 5 {
		_, summary := e.EvaluateText(ctx, "${'a'.repeat(1000000)}", scope)
		failures += summary.Failures()
	}
	if failures != 3 {
		t.Errorf("%d of 5 results of 1 MB were refused with room for 2 MiB, want 3", failures)
	}
}

// TestLargeAtOnce: without a caller's room, only so many are large at a time.
func TestLargeAtOnce(t *testing.T) {
	t.Parallel()
	exec, stage := pipeline("", object{}, "wait")
	e := New(Options{})
	for range largeAtOnce {
		e.large <- struct{}{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, summary := e.EvaluateText(ctx, "${'a'.repeat(300000)}", StageScope(exec, stage, "")); summary.Failures() != 1 {
		t.Error("it did not wait for its turn")
	}
	<-e.large
	if _, summary := e.EvaluateText(t.Context(), "${'a'.repeat(300000)}", StageScope(exec, stage, "")); summary.Failures() != 0 {
		t.Error(summary.Entries())
	}
	if len(e.large) != largeAtOnce-1 {
		t.Error("its place was not given back")
	}
}

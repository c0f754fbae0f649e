package demo

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/model"
)

// sandboxProgram is the sandbox to run the demo with.
func sandboxProgram(t *testing.T) string {
	t.Helper()
	path := os.Getenv("GENNAKER_SANDBOX")
	if path == "" {
		require.Empty(t, os.Getenv("GENNAKER_REQUIRE_SANDBOX"), "GENNAKER_SANDBOX must name the sandbox program")
		t.Skip("GENNAKER_SANDBOX names no sandbox program; make test builds one")
	}
	return path
}

// screen is what the demo shows; it can be read while the demo runs.
type screen struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all.String()
}

func TestDemo(t *testing.T) {
	t.Parallel()
	program := sandboxProgram(t)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	var out screen
	require.NoError(t, Run(ctx, Options{Sandbox: program, Listen: "127.0.0.1:0", Exit: true, Out: &out}), "the demo showed:\n%s", &out)
	for _, text := range []string{
		"Deploy         deployManifest      SUCCEEDED",
		"Check          checkPreconditions  SUCCEEDED",
		"Scale to 5     scaleManifest       SUCCEEDED",
		"Is it good?    manualJudgment      SUCCEEDED",
		"hello   5/5     5            5",
		"The execution ended with status SUCCEEDED",
	} {
		require.Contains(t, out.String(), text)
	}
	require.Equal(t, 5, strings.Count(out.String(), "1/1     Running"))
}

// At a terminal the demo waits for Enter, and then for Ctrl-C.
func TestDemoWithAPerson(t *testing.T) {
	t.Parallel()
	program := sandboxProgram(t)
	ctx, interrupt := context.WithTimeout(t.Context(), 3*time.Minute)
	defer interrupt()
	var out screen
	keyboard, enter := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- Run(ctx, Options{
			Sandbox: program, Listen: "127.0.0.1:0", In: keyboard, Out: &out, Width: func() int { return 100 },
		})
	}()
	shows := func(text string) {
		t.Helper()
		require.Eventually(t, func() bool { return strings.Contains(out.String(), text) }, 2*time.Minute, 10*time.Millisecond)
	}
	shows("or press Enter here")
	_, err := io.WriteString(enter, "\n")
	require.NoError(t, err)
	shows("Ctrl-C to stop it")
	interrupt()
	require.NoError(t, <-ended)
	require.Contains(t, out.String(), "\033[7A\033[J", "the table is redrawn in place")
	// Seven lines have been drawn since, or none yet.
	require.Regexp(t, `\x1b\[[81]A\x1b\[J`, out.String(), "the line that Enter makes is counted")
}

func TestDemoWithoutASandbox(t *testing.T) {
	t.Parallel()
	err := Run(t.Context(), Options{Sandbox: filepath.Join(t.TempDir(), "sandbox"), Out: io.Discard})
	require.ErrorContains(t, err, "make build-sandbox")
	require.ErrorContains(t, err, "--sandbox")
}

func TestDemoTellsWhyTheSandboxFailed(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "sandbox")
	require.NoError(t, os.WriteFile(program, []byte("#!/bin/sh\necho 'starting' >&2\necho 'the disk is full' >&2\nexit 3\n"), 0o700))
	err := Run(t.Context(), Options{Sandbox: program, Out: io.Discard})
	require.ErrorContains(t, err, "the sandbox failed: exit status 3: the disk is full")
	require.ErrorContains(t, err, "the logs are in ")
	_, dir, _ := strings.Cut(err.Error(), "the logs are in ")
	require.NoError(t, os.RemoveAll(dir))
}

func TestComplaintsOfTheAPIAreShown(t *testing.T) {
	t.Parallel()
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"message": "stages[0].type: there is no stage type \"deploi\""}`)
	}))
	defer api.Close()
	err := newClient(api.URL).savePipeline(t.Context(), pipeline())
	require.EqualError(t, err, `POST /pipelines: 400 Bad Request: stages[0].type: there is no stage type "deploi"`)
}

func TestTable(t *testing.T) {
	t.Parallel()
	e := &model.Execution{Application: "hello", Name: "deploy", Status: model.Running, StartTime: 1000, Stages: []*model.Stage{
		{ID: "1", Name: "Deploy", Type: "deployManifest", Status: model.Terminal, StartTime: 1000, EndTime: 2500, Context: map[string]any{
			"exception": map[string]any{"details": map[string]any{"errors": []any{strings.Repeat("it went on ", 20)}}},
		}},
		{ID: "2", Name: "inner", ParentStageID: "1", Status: model.Running},
		{ID: "3", Name: "Wait", Type: "wait", Status: model.Running, StartTime: 2500, Tasks: []*model.Task{{Name: "wait", Status: model.Running}}},
		{ID: "4", Name: "Later", Type: "wait", Status: model.NotStarted},
	}}
	var out bytes.Buffer
	view := &table{out: &out, width: func() int { return 80 }}
	view.show(e, time.UnixMilli(4000))
	lines := strings.Split(strings.TrimRight(out.String(), "\n"), "\n")
	require.Len(t, lines, 5)
	require.Contains(t, lines[2], "1.5s  it went on")
	require.True(t, strings.HasSuffix(lines[2], "…"))
	require.Contains(t, lines[3], "1.5s  wait")
	require.NotContains(t, out.String(), "inner")
	for _, line := range lines {
		for _, color := range []string{"31", "32", "33", "90", "0"} {
			line = strings.ReplaceAll(line, "\033["+color+"m", "")
		}
		require.LessOrEqual(t, len([]rune(line)), 80)
	}
}

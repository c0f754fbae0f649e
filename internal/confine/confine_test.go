package confine

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/fault"
)

// told is what a child of the tests tells of itself.
type told struct {
	Echo        string
	Environment []string
	FindsGit    bool
	Answer      string
}

var echo = New(Kind{Name: "test-echo", Subject: "echo", Advice: "say less", Work: func(input json.RawMessage, ask Ask) (any, error) {
	var text string
	if err := json.Unmarshal(input, &text); err != nil {
		return nil, err
	}
	switch text {
	case "fail":
		return nil, fault.New(fault.NotFound, "there is no echo")
	case "sleep":
		<-time.After(time.Minute)
	case "die":
		panic("it dies")
	case "threads":
		for range 1000 {
			go func() {
				runtime.LockOSThread() // each takes a thread, and with C a stack of 8 MiB
				select {}
			}()
		}
		fallthrough
	case "grow":
		var all [][]byte
		for range 1 << 20 {
			all = append(all, make([]byte, 1<<20))
			for i := range all[len(all)-1] {
				all[len(all)-1][i] = 1
			}
		}
	case "much":
		return strings.Repeat("x", 66<<20), nil
	}
	out := told{Echo: text, Environment: os.Environ()}
	_, err := exec.LookPath("git")
	out.FindsGit = err == nil
	if text == "ask" {
		if err := ask("who?", &out.Answer); err != nil {
			return nil, err
		}
	}
	return out, nil
}})

func init() { echo.Serve() } //nolint:gochecknoinits // as the owners of kinds do

func say(t *testing.T, text string, answers Answerer) (told, error) {
	t.Helper()
	var out told
	err := echo.Do(t.Context(), Bounds{Memory: 128 << 20, Time: time.Minute}, text, answers, &out)
	return out, err
}

func TestAChildSeesNothing(t *testing.T) {
	t.Setenv("SECRET", "hunter2")
	out, err := say(t, "hello", nil)
	require.NoError(t, err)
	require.Equal(t, "hello", out.Echo)
	require.False(t, out.FindsGit)
	for _, pair := range out.Environment {
		name, _, _ := strings.Cut(pair, "=")
		require.Contains(t, []string{childVariable, "GOMAXPROCS", "GOGC", "GOTRACEBACK"}, name)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		kind  fault.Kind
		words string
	}{
		"fail": {fault.NotFound, "there is no echo"}, "die": {fault.Internal, "it dies"},
		"grow": {fault.Invalid, "rendering took more than 128 MiB of memory; say less"}, "much": {fault.TooLarge, "echo: it renders to more than 64 MiB"},
		"ask": {fault.Internal, "the child asks and may not"}, "threads": {fault.Invalid, "rendering took more than 128 MiB of memory; say less"},
	} {
		var out any
		b := Bounds{Memory: 128 << 20, Time: time.Minute}
		if text == "much" {
			b.Memory = 4 << 30
		}
		err := echo.Do(t.Context(), b, text, nil, &out)
		require.ErrorContains(t, err, want.words, text)
		require.Equal(t, want.kind, fault.KindOf(err), text)
	}
	var out any
	err := echo.Do(t.Context(), Bounds{Memory: 128 << 20, Time: time.Second}, "sleep", nil, &out)
	require.ErrorContains(t, err, "echo: rendering took longer than 1s")
	ctx, cancel := context.WithCancelCause(t.Context())
	gone := errors.New("gone")
	time.AfterFunc(100*time.Millisecond, func() { cancel(gone) })
	require.ErrorIs(t, echo.Do(ctx, DefaultBounds, "sleep", nil, &out), gone)
}

func TestQuestions(t *testing.T) {
	t.Parallel()
	out, err := say(t, "ask", func(_ context.Context, question json.RawMessage) (any, error) {
		return "you asked " + string(question), nil
	})
	require.NoError(t, err)
	require.Equal(t, `you asked "who?"`, out.Answer)
	_, err = say(t, "ask", func(context.Context, json.RawMessage) (any, error) { return nil, errors.New("no answer") })
	require.ErrorContains(t, err, "no answer")
}

// A child of its own does each work, and one that waits for more ends after a while.
func TestSpares(t *testing.T) {
	t.Parallel()
	k := New(*echo)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			var out told
			if err := k.Do(t.Context(), DefaultBounds, "hello", nil, &out); err != nil || out.Echo != "hello" {
				t.Errorf("got %v, %v", out, err)
			}
		})
	}
	all.Wait()
	waiting := func() *process {
		k.spare.mu.Lock()
		defer k.spare.mu.Unlock()
		return k.spare.waiting
	}
	require.Eventually(t, func() bool { return waiting() != nil }, time.Minute, 10*time.Millisecond)
	child := waiting()
	k.dismiss(child)
	require.Nil(t, waiting())
	require.NotNil(t, child.cmd.ProcessState)
	require.True(t, child.cmd.ProcessState.Success())
	require.Eventually(t, func() bool { return len(k.places) == 0 }, time.Minute, 10*time.Millisecond)
}

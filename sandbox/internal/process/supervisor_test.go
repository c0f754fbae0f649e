package process

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestSupervisorReportsAChildThatEnds(t *testing.T) {
	t.Parallel()
	s := newSupervisor(t)
	start(t, s, "sh", "-c", "echo first; echo last words; exit 3")
	exit := awaitExit(t, s)
	if exit.Name != "sh" || !slices.Equal(exit.LastLines, []string{"first", "last words"}) {
		t.Errorf("got %+v", exit)
	}
	if msg := exit.Error(); !strings.Contains(msg, "exit status 3") || !strings.Contains(msg, "last words") {
		t.Errorf("got %q", msg)
	}
	if exit.AddressInUse() {
		t.Error("no address was in use")
	}
}

func TestSupervisorReportsAChildThatEndsWellAllTheSame(t *testing.T) {
	t.Parallel()
	s := newSupervisor(t)
	start(t, s, "true")
	if msg := awaitExit(t, s).Error(); !strings.Contains(msg, "exit status 0") {
		t.Errorf("got %q", msg)
	}
}

func TestSupervisorKnowsATakenPort(t *testing.T) {
	t.Parallel()
	s := newSupervisor(t)
	start(t, s, "sh", "-c", "echo listen tcp 127.0.0.1:1: bind: address already in use; exit 1")
	if !awaitExit(t, s).AddressInUse() {
		t.Error("not recognized")
	}
}

func TestSupervisorStopsQuietly(t *testing.T) {
	t.Parallel()
	for name, patience := range map[string]time.Duration{"politely": 10 * time.Second, "by force": 0} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSupervisor(t)
			children := []*Child{start(t, s, "sleep", "1000"), start(t, s, "sleep", "1000")}
			s.StopAll(patience)
			for _, c := range children {
				select {
				case <-c.Done():
				default:
					t.Error("a child lives")
				}
			}
			select {
			case exit := <-s.Exits():
				t.Errorf("reported %v", exit)
			default:
			}
			if _, err := s.Start(Spec{Name: "late", Path: "true"}); err == nil {
				t.Error("started a child after the end")
			}
		})
	}
}

func TestSupervisorLosesPatience(t *testing.T) {
	t.Parallel()
	s := newSupervisor(t)
	marker := filepath.Join(t.TempDir(), "deaf")
	child := start(t, s, "sh", "-c", "trap '' TERM; touch "+marker+"; while :; do sleep 0.01; done")
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for _, err := os.Stat(marker); err != nil; _, err = os.Stat(marker) {
		select {
		case <-ctx.Done():
			t.Fatal("the child did not start")
		case <-ticker.C:
		}
	}
	s.Stop(child, 50*time.Millisecond)
}

func TestSupervisorEndsTheInputOfItsChildren(t *testing.T) {
	t.Parallel()
	s := newSupervisor(t)
	child := start(t, s, "cat")
	child.lifeline.Close() // as when this process dies
	awaitExit(t, s)
}

func TestCommandOfThisVeryProgram(t *testing.T) {
	t.Parallel()
	cmd, err := command(Spec{Name: "self", Args: []string{"-test.list", "TestTail"}})
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.Output()
	if err != nil || !strings.Contains(string(out), "TestTail") {
		t.Errorf("said %q, %v", out, err)
	}
}

func TestTail(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "log")
	if got := Tail(path, 3); got != nil {
		t.Errorf("no file: got %q", got)
	}
	if err := os.WriteFile(path, []byte(strings.Repeat("x\n", tailBytes)+"a\nb\nc\n\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := Tail(path, 3); !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("got %q", got)
	}
}

func newSupervisor(t *testing.T) *Supervisor {
	t.Helper()
	s, err := NewSupervisor(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.StopAll(0) })
	return s
}

func start(t *testing.T, s *Supervisor, path string, args ...string) *Child {
	t.Helper()
	child, err := s.Start(Spec{Name: path, Path: path, Args: args})
	if err != nil {
		t.Fatal(err)
	}
	return child
}

func awaitExit(t *testing.T, s *Supervisor) *ExitError {
	t.Helper()
	select {
	case exit := <-s.Exits():
		if errors.Is(exit, os.ErrClosed) {
			t.Fatal(exit)
		}
		return exit
	case <-time.After(10 * time.Second):
		t.Fatal("no child ended")
		return nil
	}
}

package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

// beSandbox makes the test binary behave as the sandbox, so that the tests run
// the very code they were built with.
const beSandbox = "SANDBOX_TEST_BINARY_IS_SANDBOX"

func TestMain(m *testing.M) {
	if os.Getenv(beSandbox) != "" {
		main()
	}
	os.Exit(m.Run())
}

// patience bounds every wait: generous, for machines under load.
const patience = 60 * time.Second

// box is a sandbox started by a test.
type box struct {
	cmd        *exec.Cmd
	dir        string
	kubeconfig string
	stderr     *lockedBuffer
	ended      chan struct{}
	err        error // of the process; valid once ended is closed
}

// launch starts a sandbox without waiting for it to be usable.
func launch(t *testing.T, dir string, args ...string) *box {
	t.Helper()
	b := &box{dir: dir, kubeconfig: filepath.Join(dir, "admin.kubeconfig"), stderr: &lockedBuffer{}, ended: make(chan struct{})}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	b.cmd = exec.Command(self, append([]string{"up", "--dir", filepath.Join(dir, "run"), "--kubeconfig", b.kubeconfig}, args...)...)
	b.cmd.Env = append(os.Environ(), beSandbox+"=1")
	b.cmd.Stderr = b.stderr
	return b
}

// up starts a sandbox and waits until it says that it is ready.
func up(t *testing.T, dir string, args ...string) *box {
	t.Helper()
	b := launch(t, dir, args...)
	b.await(t)
	return b
}

// await starts the sandbox and waits until it says that it is ready.
func (b *box) await(t *testing.T) {
	t.Helper()
	out, err := b.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := b.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = b.cmd.Process.Signal(syscall.SIGTERM)
		<-b.ended
	})
	ready := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(out).ReadString('\n')
		ready <- line
		b.err = b.cmd.Wait()
		close(b.ended)
	}()
	select {
	case line := <-ready:
		if line != "ready\n" {
			t.Fatalf("said %q instead of ready\n%s", line, b.stderr)
		}
	case <-time.After(patience):
		t.Fatalf("not ready after %s\n%s", patience, b.stderr)
	}
}

// client returns a client for the kubeconfig with the given suffix.
func (b *box) client(t *testing.T, suffix string) kubernetes.Interface {
	t.Helper()
	config, err := clientcmd.BuildConfigFromFlags("", b.kubeconfig+suffix)
	if err != nil {
		t.Fatal(err)
	}
	config.QPS = -1
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// children are the processes of the sandbox's components.
func (b *box) children(t *testing.T) []int {
	t.Helper()
	var pids []int
	entries, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || len(entries) == 0 {
		t.Skip("needs /proc to look at processes")
	}
	for _, entry := range entries {
		if fields, ok := statFields(entry); ok && fields[1] == strconv.Itoa(b.cmd.Process.Pid) {
			pid, err := strconv.Atoi(filepath.Base(filepath.Dir(entry)))
			if err != nil {
				t.Fatal(err)
			}
			pids = append(pids, pid)
		}
	}
	return pids
}

// waitEnd waits for the sandbox's process to end.
func (b *box) waitEnd(t *testing.T) {
	t.Helper()
	select {
	case <-b.ended:
	case <-time.After(patience):
		t.Fatal("the sandbox did not end")
	}
}

// expectGone waits until none of the processes runs.
func expectGone(t *testing.T, pids []int) {
	t.Helper()
	eventually(t, func(context.Context) error {
		for _, pid := range pids {
			// A zombie has ended; it waits for its new parent to notice.
			if fields, ok := statFields(fmt.Sprintf("/proc/%d/stat", pid)); ok && fields[0] != "Z" {
				return fmt.Errorf("process %d lives", pid)
			}
		}
		return nil
	})
}

// statFields are the fields of a process after its name: state, parent, ...
func statFields(path string) ([]string, bool) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, false
	}
	_, rest, ok := strings.Cut(string(data[bytes.LastIndexByte(data, ')'):]), " ")
	return strings.Fields(rest), ok
}

// eventually polls until a condition holds.
func eventually(t *testing.T, holds func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		err := holds(ctx)
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("after %s: %v", patience, err)
		case <-ticker.C:
		}
	}
}

// exitCode is the exit code in the error of a command.
func exitCode(err error) int {
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode()
	}
	return 0
}

// lockedBuffer collects the output of a process that a test may read meanwhile.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

package demo

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// sandbox is a Kubernetes control plane that runs beside the demo.
type sandbox struct {
	kubeconfig string
	command    *exec.Cmd
	log        *os.File
	// exited is closed when the program has ended; err is then set.
	exited chan struct{}
	err    error
}

// The time a sandbox may take to come up and to go.
const (
	sandboxStart = 2 * time.Minute
	sandboxStop  = 15 * time.Second
)

// startSandbox starts the program and waits until the cluster can be used.
func startSandbox(ctx context.Context, program, dir string) (*sandbox, error) {
	if _, err := os.Stat(program); err != nil {
		return nil, fmt.Errorf("the demo needs the Kubernetes sandbox: %w; build it with `make build-sandbox`, or give its path with --sandbox", err)
	}
	log, err := os.Create(filepath.Join(dir, "sandbox.log"))
	if err != nil {
		return nil, fmt.Errorf("make the sandbox's log: %w", err)
	}
	s := &sandbox{kubeconfig: filepath.Join(dir, "kubeconfig"), log: log, exited: make(chan struct{})}
	// Not tied to ctx: it must outlive the server, which ends in good order.
	s.command = exec.Command(program, "up", "--dir", filepath.Join(dir, "sandbox"), "--kubeconfig", s.kubeconfig) //nolint:noctx // see above
	s.command.Stderr = log
	s.command.SysProcAttr = childAttributes()
	out, err := s.command.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start the sandbox: %w", err)
	}
	ready, started := make(chan struct{}), make(chan error)
	go s.run(out, started, ready)
	if err := <-started; err != nil {
		log.Close()
		return nil, fmt.Errorf("start the sandbox: %w", err)
	}
	timeout := time.NewTimer(sandboxStart)
	defer timeout.Stop()
	select {
	case <-ready:
		return s, nil
	case <-s.exited:
		return nil, s.failure()
	case <-timeout.C:
		s.stop()
		return nil, fmt.Errorf("the sandbox was not ready after %s", sandboxStart)
	case <-ctx.Done():
		s.stop()
		return nil, ctx.Err()
	}
}

// run starts the program and sees it to its end. It stays on its thread: the
// kernel ends the child with the thread that has started it.
func (s *sandbox) run(out io.Reader, started chan<- error, ready chan<- struct{}) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := s.command.Start()
	started <- err
	if err != nil {
		return
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if lines.Text() == "ready" {
			close(ready)
			break
		}
	}
	_, _ = io.Copy(io.Discard, out) // it says no more that is of use
	s.err = s.command.Wait()
	close(s.exited)
}

// failure tells why the sandbox has ended, with its own last words.
func (s *sandbox) failure() error {
	err := s.err
	if err == nil {
		err = errors.New("it exited unexpectedly")
	}
	if data, readErr := os.ReadFile(s.log.Name()); readErr == nil {
		if lines := strings.Split(strings.TrimSpace(string(data)), "\n"); lines[len(lines)-1] != "" {
			err = fmt.Errorf("%w: %s", err, lines[len(lines)-1])
		}
	}
	return fmt.Errorf("the sandbox failed: %w", err)
}

// stop ends the sandbox and waits for it.
func (s *sandbox) stop() {
	defer s.log.Close()
	_ = s.command.Process.Signal(syscall.SIGTERM)
	timeout := time.NewTimer(sandboxStop)
	defer timeout.Stop()
	select {
	case <-s.exited:
	case <-timeout.C:
		_ = s.command.Process.Kill()
		<-s.exited
	}
}

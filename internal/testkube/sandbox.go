package testkube

import (
	"bufio"
	"bytes"
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

const (
	startWithin = 3 * time.Minute
	stopWithin  = 30 * time.Second
)

// sandbox is a running sandbox.
type sandbox struct {
	kubeconfig string
	dir        string
	command    *exec.Cmd
	stderr     bytes.Buffer
	exited     chan struct{}
	err        error // how it ended; read it after exited is closed
}

// startSandbox starts a sandbox and waits until it can be used.
func startSandbox(binary string) (*sandbox, error) {
	dir, err := os.MkdirTemp("", "testkube-")
	if err != nil {
		return nil, fmt.Errorf("make a directory for the sandbox: %w", err)
	}
	s := &sandbox{dir: dir, kubeconfig: filepath.Join(dir, "kubeconfig"), exited: make(chan struct{})}
	s.command = exec.Command(binary, "up", "--dir", filepath.Join(dir, "run"), "--kubeconfig", s.kubeconfig) //nolint:noctx // it ends with the process
	s.command.Stderr = &s.stderr
	s.command.SysProcAttr = attributes()
	stdout, err := s.command.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start the sandbox: %w", err)
	}
	ready, started := make(chan struct{}), make(chan error)
	go s.run(stdout, started, ready)
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start the sandbox %s: %w", binary, err)
	}
	timeout := time.NewTimer(startWithin)
	defer timeout.Stop()
	select {
	case <-ready:
		return s, nil
	case <-s.exited:
		return nil, fmt.Errorf("the sandbox ended before it was ready: %w: %s", s.err, strings.TrimSpace(s.stderr.String()))
	case <-timeout.C:
		return nil, errors.Join(fmt.Errorf("the sandbox was not ready within %s", startWithin), s.stop())
	}
}

// run starts the process and sees it to its end. It stays on its thread, as
// the kernel ends the process with the thread that has started it.
func (s *sandbox) run(stdout io.Reader, started chan<- error, ready chan<- struct{}) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := s.command.Start()
	started <- err
	if err != nil {
		return
	}
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if lines.Text() == "ready" {
			close(ready)
			break
		}
	}
	_, _ = io.Copy(io.Discard, stdout) // it says no more that is of use
	s.err = s.command.Wait()
	close(s.exited)
}

// stop ends the sandbox and removes what it has left.
func (s *sandbox) stop() error {
	if err := s.command.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("end the sandbox: %w", err)
	}
	timeout := time.NewTimer(stopWithin)
	defer timeout.Stop()
	select {
	case <-s.exited:
	case <-timeout.C:
		return errors.Join(fmt.Errorf("the sandbox did not end within %s", stopWithin), s.command.Process.Kill())
	}
	return os.RemoveAll(s.dir)
}

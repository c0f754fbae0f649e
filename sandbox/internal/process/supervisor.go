// Package process starts the components of a sandbox as child processes and
// makes sure that none of them outlives it.
package process

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"
)

// Spec describes one child process.
type Spec struct {
	Name string   // also the name of its log file
	Path string   // the program; this very one when empty
	Args []string // without the program's own name
	Env  []string // added to this process's environment
	// Namespaces are the kinds of Linux namespaces (CLONE_NEW...) that the
	// child gets of its own.
	Namespaces uintptr
}

// Supervisor owns a set of child processes. A child dies with its supervisor's
// process in two independent ways: on Linux the kernel kills it, and its
// standard input, a pipe held open by the supervisor, ends.
type Supervisor struct {
	logDir  string
	starter *starter
	exits   chan *ExitError

	mu       sync.Mutex
	stopping bool
	children []*Child
}

// NewSupervisor returns a supervisor whose children log into logDir.
func NewSupervisor(logDir string) (*Supervisor, error) {
	if err := os.MkdirAll(logDir, 0o755); err != nil {
		return nil, fmt.Errorf("process: %w", err)
	}
	return &Supervisor{logDir: logDir, starter: newStarter(), exits: make(chan *ExitError, 16)}, nil
}

// Exits yields an error for every child that ended without having been asked to.
func (s *Supervisor) Exits() <-chan *ExitError { return s.exits }

// Start runs a child and returns once it has been forked.
func (s *Supervisor) Start(spec Spec) (*Child, error) {
	logPath := filepath.Join(s.logDir, spec.Name+".log")
	logFile, err := os.OpenFile(logPath, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return nil, fmt.Errorf("process: log of %s: %w", spec.Name, err)
	}
	defer logFile.Close()
	lifeline, held, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("process: %w", err)
	}
	defer lifeline.Close()

	cmd, err := command(spec)
	if err != nil {
		held.Close()
		return nil, err
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = lifeline, logFile, logFile
	cmd.Env = append(os.Environ(), spec.Env...)
	cmd.SysProcAttr = attributes(spec.Namespaces)

	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		held.Close()
		return nil, errors.New("process: the sandbox is stopping")
	}
	if err := s.starter.start(cmd); err != nil {
		held.Close()
		return nil, fmt.Errorf("process: start %s: %w", spec.Name, err)
	}
	child := &Child{Name: spec.Name, cmd: cmd, logPath: logPath, lifeline: held, done: make(chan struct{})}
	s.children = append(s.children, child)
	go s.wait(child)
	return child, nil
}

// Owns reports whether a process is one of the supervisor's children, for which
// it waits itself.
func (s *Supervisor) Owns(pid int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.children {
		if c.PID() == pid {
			return true
		}
	}
	return false
}

// wait reaps a child and reports it when it was not asked to end.
func (s *Supervisor) wait(child *Child) {
	err := child.cmd.Wait()
	child.lifeline.Close()
	close(child.done)
	s.mu.Lock()
	expected := s.stopping || child.asked
	s.mu.Unlock()
	if expected {
		return
	}
	exit := &ExitError{Name: child.Name, Cause: err, LogPath: child.logPath, LastLines: Tail(child.logPath, 12)}
	select {
	case s.exits <- exit:
	default: // nobody needs the seventeenth
	}
}

// Stop ends one child: politely, then after the given time by force.
func (s *Supervisor) Stop(child *Child, patience time.Duration) {
	s.mu.Lock()
	child.asked = true
	s.mu.Unlock()
	if patience > 0 {
		_ = child.cmd.Process.Signal(syscall.SIGTERM)
		if child.waitFor(patience) {
			return
		}
	}
	_ = child.cmd.Process.Kill()
	<-child.done
}

// StopAll ends every child, the latest started first, and refuses new ones.
// With no patience all are killed at once.
func (s *Supervisor) StopAll(patience time.Duration) {
	s.mu.Lock()
	s.stopping = true
	children := s.children
	s.mu.Unlock()
	if patience <= 0 {
		for _, c := range children {
			_ = c.cmd.Process.Kill()
		}
	}
	for _, c := range slices.Backward(children) {
		s.Stop(c, patience)
	}
}

// Child is one process of a Supervisor.
type Child struct {
	Name     string
	cmd      *exec.Cmd
	logPath  string
	lifeline *os.File
	done     chan struct{}
	asked    bool // guarded by Supervisor.mu
}

// Done is closed when the child has ended.
func (c *Child) Done() <-chan struct{} { return c.done }

// PID is the child's process id.
func (c *Child) PID() int { return c.cmd.Process.Pid }

func (c *Child) waitFor(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-c.done:
		return true
	case <-timer.C:
		return false
	}
}

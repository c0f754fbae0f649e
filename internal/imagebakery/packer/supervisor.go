package packer

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// variable makes a process that has it in its environment the supervisor of the build in
// the directory that it names.
const variable = "GENNAKER_PACKER_BUILD"

// A supervisor is this program, or a test's, and does nothing else. It runs on the thread
// that starts the program, whose end has Packer told to stop.
func init() { //nolint:gochecknoinits // so that the programs of tests can be supervisors as well
	dir := os.Getenv(variable)
	if dir == "" {
		return
	}
	if err := supervise(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// spawn starts a build's supervisor, in a session of its own: it isn't told what this
// process is told.
func (b *Builder) spawn(dir string) error {
	program := "/proc/self/exe" // also if the file was replaced by a newer version
	if runtime.GOOS != "linux" {
		var err error
		if program, err = os.Executable(); err != nil {
			return err
		}
	}
	said, err := os.OpenFile(filepath.Join(dir, fileSaid), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = said.Close() }()
	cmd := exec.Command(program) //nolint:noctx // it outlives this process
	cmd.Env = append(b.environment(filepath.Join(dir, dirWork, "tmp")), variable+"="+dir, "GOTRACEBACK=none")
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, said, said
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() { _ = cmd.Wait() }() // how it ended is in its files
	return nil
}

// polls is how often a supervisor looks whether its build is canceled, and lockTries how
// often it tries to get its lock, which others hold for a moment to look at it.
const (
	polls     = 200 * time.Millisecond
	lockTries = 25
)

// supervise runs a build that nobody supervises yet.
func supervise(dir string) error {
	held, ok := lock(filepath.Join(dir, fileLock))
	for range lockTries {
		if ok {
			break
		}
		time.Sleep(polls / 5) //nolint:forbidigo // there is nothing to wait for
		held, ok = lock(filepath.Join(dir, fileLock))
	}
	if !ok {
		return nil // another one does
	}
	defer func() { _ = held.Close() }()
	var ended exit
	if there, err := readJSON(filepath.Join(dir, fileExit), &ended); there || err != nil {
		return err
	}
	var (
		j       job
		secrets map[string]string
	)
	if _, err := readJSON(filepath.Join(dir, fileJob), &j); err != nil {
		return err
	}
	if _, err := readJSON(filepath.Join(dir, fileSecrets), &secrets); err != nil {
		return err
	}
	out, err := newLog(filepath.Join(dir, fileLog), hidden(secrets, os.Environ()))
	if err != nil {
		return err
	}
	ended.Failure = run(dir, j, out)
	if err := out.Close(); err != nil && ended.Failure == "" {
		ended.Failure = "The log can't be written: " + err.Error()
	}
	_ = os.Remove(filepath.Join(dir, fileSecrets)) // with the directory at the latest
	return writeJSON(filepath.Join(dir, fileExit), ended)
}

// run runs Packer to its end, and tells why it failed.
func run(dir string, j job, out *boundedLog) (failure string) {
	cmd := exec.Command(j.Program, j.Args...) //nolint:noctx // it is told to stop before it is killed
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "GENNAKER_") && !strings.HasPrefix(entry, "GOTRACEBACK=") {
			cmd.Env = append(cmd.Env, entry)
		}
	}
	cmd.Dir, cmd.Stdout, cmd.Stderr = filepath.Join(dir, dirWork), out, out
	cmd.SysProcAttr, cmd.WaitDelay = attributes(), 2*time.Second
	if err := cmd.Start(); err != nil {
		return "Packer can't be started: " + err.Error()
	}
	group := cmd.Process.Pid
	_ = os.WriteFile(filepath.Join(dir, fileGroup), []byte(strconv.Itoa(group)+" "+born(group)), 0o600) // only helps to clean up
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	timeout, tick := time.NewTimer(j.Timeout), time.NewTicker(polls)
	defer tick.Stop()
	var kill <-chan time.Time
	stop := func(why string) {
		failure = why
		out.note(why + " Packer is told to clean up.")
		_ = syscall.Kill(-group, syscall.SIGINT) // it may have ended by itself
		kill = time.After(j.Grace)
	}
	for {
		select {
		case err := <-done:
			_ = syscall.Kill(-group, syscall.SIGKILL) // what it has left behind
			return outcome(failure, err)
		case <-timeout.C:
			if kill == nil {
				stop(fmt.Sprintf("The bake took longer than %s.", j.Timeout))
			}
		case <-tick.C:
			if _, err := os.Stat(filepath.Join(dir, fileCancel)); err == nil && kill == nil {
				stop("The bake was canceled.")
			}
		case <-kill:
			out.note(fmt.Sprintf("Packer didn't stop within %s and is killed. What it has started in the cloud may still be there.", j.Grace))
			_ = syscall.Kill(-group, syscall.SIGKILL)
			kill = make(chan time.Time) // once
		}
	}
}

// outcome says why a build failed: why it was stopped, or how Packer ended.
func outcome(stopped string, err error) string {
	var code *exec.ExitError
	switch {
	case stopped != "":
		return stopped
	case err == nil, errors.Is(err, exec.ErrWaitDelay):
		return ""
	case errors.As(err, &code) && code.ExitCode() >= 0:
		return fmt.Sprintf("Packer failed (exit code %d).", code.ExitCode())
	case errors.As(err, &code):
		return fmt.Sprintf("Packer was ended from outside (%s).", code)
	}
	return "Packer failed: " + err.Error()
}

// killGroup kills what is left of a build: its supervisor is dead, and Packer didn't
// stop when it was told.
func killGroup(dir string) {
	text, err := os.ReadFile(filepath.Join(dir, fileGroup))
	if err != nil {
		return
	}
	id, birth, _ := strings.Cut(string(text), " ")
	group, err := strconv.Atoi(id)
	if err == nil && group > 1 && birth != "" && born(group) == birth { // or else it is another process by now
		_ = syscall.Kill(-group, syscall.SIGKILL)
	}
}

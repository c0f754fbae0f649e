package process

import (
	"os/exec"
	"runtime"
)

// starter forks children from one operating system thread that lives as long
// as the program. Linux delivers a child's parent-death signal when the thread
// that forked it ends, not when the process does, and the Go runtime ends idle
// threads as it likes.
type starter struct {
	jobs chan job
}

type job struct {
	cmd  *exec.Cmd
	done chan error
}

func newStarter() *starter {
	s := &starter{jobs: make(chan job)}
	go func() {
		runtime.LockOSThread()
		for j := range s.jobs {
			j.done <- j.cmd.Start()
		}
	}()
	return s
}

func (s *starter) start(cmd *exec.Cmd) error {
	j := job{cmd: cmd, done: make(chan error, 1)}
	s.jobs <- j
	return <-j.done
}

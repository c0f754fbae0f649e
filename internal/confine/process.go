package confine

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
)

// mostStderr is how much of what a child says on standard error is kept.
const mostStderr = 16 << 10

// process is a child.
type process struct {
	cmd    *exec.Cmd
	cancel context.CancelFunc
	in     io.WriteCloser
	out    io.Reader
	stderr bytes.Buffer
	// release undoes what ties the child to the context of its work.
	release func() bool
}

// start starts a child. Its environment holds no secrets of this process, and no PATH.
func (k *Kind) start() (*process, error) {
	program := "/proc/self/exe" // also if the file was replaced by a newer version
	if runtime.GOOS != "linux" {
		var err error
		if program, err = os.Executable(); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	p := &process{cmd: exec.CommandContext(ctx, program), cancel: cancel}
	p.cmd.Env = []string{childVariable + "=" + k.Name, "GOMAXPROCS=2", "GOGC=200", "GOTRACEBACK=none"}
	p.cmd.Dir = os.TempDir()
	p.cmd.Stderr = &firstBytes{to: &p.stderr, left: mostStderr}
	p.cmd.WaitDelay = time.Second
	var err error
	if p.in, err = p.cmd.StdinPipe(); err == nil {
		if p.out, err = p.cmd.StdoutPipe(); err == nil {
			err = p.cmd.Start()
		}
	}
	if err != nil {
		cancel()
		return nil, err
	}
	return p, nil
}

// ask hands a child its order, and answers its questions until it has an output.
func (p *process) ask(ctx context.Context, o order, answers Answerer) (*answer, error) {
	if err := send(p.in, o); err != nil {
		return nil, err
	}
	for {
		var a answer
		if err := receive(p.out, &a, limit.Inflated); err != nil {
			return nil, err
		}
		if a.Question == nil {
			return &a, nil
		}
		if answers == nil {
			return nil, errors.New("the child asks and may not")
		}
		reply, err := answers(ctx, a.Question)
		if err != nil {
			return nil, err
		}
		if err := send(p.in, reply); err != nil {
			return nil, err
		}
	}
}

// end has the child end, and tells how it did.
func (p *process) end() error {
	_ = p.in.Close()
	err := p.cmd.Wait()
	if p.release != nil {
		p.release()
	}
	p.cancel()
	return err
}

// outOfMemory tells whether a child ended because it took too much memory.
func (p *process) outOfMemory(end error) bool {
	var exit *exec.ExitError
	if !errors.As(end, &exit) {
		return false
	}
	if exit.ExitCode() == exitMemory || exit.ExitCode() < 0 { // killed, by the kernel most likely
		return true
	}
	said := p.stderr.String()
	return slices.ContainsFunc(refused, func(words string) bool { return strings.Contains(said, words) })
}

// refused are the words with which a program ends if the kernel refuses it memory.
var refused = []string{
	"out of memory", "cannot allocate memory", "stack overflow",
	"failed to create new OS thread", "pthread_create failed", // there is no room for the thread's stack
	"failed to allocate", // the race detector's words
}

// said is the first line that a child wrote to standard error.
func (p *process) said() error {
	line, _, _ := strings.Cut(strings.TrimSpace(p.stderr.String()), "\n")
	if line == "" {
		return nil
	}
	return errors.New(fault.Short(line))
}

// firstBytes keeps the first bytes that are written, and drops the others.
type firstBytes struct {
	to   *bytes.Buffer
	left int
}

func (f *firstBytes) Write(p []byte) (int, error) {
	kept := p[:min(len(p), f.left)]
	f.left -= len(kept)
	f.to.Write(kept)
	return len(p), nil
}

package helm

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	chartcommon "helm.sh/helm/v4/pkg/chart/common"
	chart "helm.sh/helm/v4/pkg/chart/v2"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
)

const (
	// mostMemory is how many bytes of memory rendering a chart may take.
	mostMemory = 256 << 20
	// mostTime is how long it may take.
	mostTime = 2 * time.Minute
	// atOnce is how many charts are rendered at the same time.
	atOnce = 2
	// mostStderr is how much of what a child says on standard error is kept.
	mostStderr = 16 << 10
)

// places are what charts that are rendered at the same time share.
var places = make(chan struct{}, atOnce)

// Render renders a chart, in a child process that runs the same program. The child
// may take 256 MiB of memory and two minutes; it sees neither the environment nor
// the files of this process. Faults of the chart or its values are Invalid.
func Render(ctx context.Context, r Request) (*Release, error) {
	return confined{memory: mostMemory, time: mostTime}.render(ctx, r)
}

// confined are the bounds of a child.
type confined struct {
	memory int64
	time   time.Duration
}

func (c confined) render(ctx context.Context, r Request) (*Release, error) {
	select {
	case places <- struct{}{}:
		defer func() { <-places }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	within, cancel := context.WithTimeout(ctx, c.time)
	defer cancel()
	child, err := start(within)
	if err != nil {
		return nil, fmt.Errorf("render the chart: %w", err)
	}
	answer, err := child.ask(within, order{Request: r, Memory: c.memory, CanLookUp: r.Lookup != nil}, r)
	end := child.end()
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case within.Err() != nil:
		return nil, fault.New(fault.Invalid, "chart: rendering took longer than %s", c.time)
	case fault.KindOf(err) == fault.TooLarge:
		return nil, err
	case err != nil && child.outOfMemory(end):
		return nil, fault.New(fault.Invalid, "chart: rendering took more than %d MiB of memory; check its templates for nested loops", c.memory>>20)
	case err != nil:
		return nil, fmt.Errorf("render the chart: %w", errors.Join(err, end, child.said()))
	case answer.Fault != "":
		return nil, fault.New(answer.Kind, "%s", answer.Fault)
	}
	return answer.release()
}

// release is what a child has rendered. The CRDs of the charts within the chart
// are not part of a record, so they come beside it.
func (a *answer) release() (*Release, error) {
	var out Release
	if err := json.Unmarshal(a.Release, &out); err != nil {
		return nil, fmt.Errorf("read what rendering the chart gave: %w", err)
	}
	if len(a.CRDs) > 0 {
		var inner chart.Chart
		inner.Metadata = &chart.Metadata{Name: "dependencies"}
		for _, f := range a.CRDs {
			inner.Files = append(inner.Files, &chartcommon.File{Name: f.Name, Data: f.Data})
		}
		out.Chart.AddDependency(&inner)
	}
	return &out, nil
}

// process is a child at work.
type process struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    io.Reader
	stderr bytes.Buffer
}

// start starts a child. Its environment holds no secrets of this process.
func start(ctx context.Context) (*process, error) {
	program := "/proc/self/exe" // also if the file was replaced by a newer version
	if runtime.GOOS != "linux" {
		var err error
		if program, err = os.Executable(); err != nil {
			return nil, err
		}
	}
	p := &process{cmd: exec.CommandContext(ctx, program)}
	p.cmd.Env = []string{childVariable + "=1", "GOMAXPROCS=2", "GOGC=50", "GOTRACEBACK=none"}
	p.cmd.Dir = os.TempDir()
	p.cmd.Stderr = &firstBytes{to: &p.stderr, left: mostStderr}
	p.cmd.WaitDelay = time.Second
	var err error
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if p.out, err = p.cmd.StdoutPipe(); err != nil {
		return nil, err
	}
	return p, p.cmd.Start()
}

// ask hands a child its order, and looks objects up for it until it answers.
func (p *process) ask(ctx context.Context, o order, r Request) (*answer, error) {
	if err := send(p.in, o); err != nil {
		return nil, err
	}
	for {
		var a answer
		if err := receive(p.out, &a, limit.Inflated); err != nil {
			return nil, err
		}
		if a.LookUp == nil {
			return &a, nil
		}
		if r.Lookup == nil {
			return nil, errors.New("the child looks objects up and may not")
		}
		var f found
		object, err := lookUp(ctx, r.Lookup)(a.LookUp.APIVersion, a.LookUp.Kind, a.LookUp.Namespace, a.LookUp.Name)
		if f.Object = object; err != nil {
			f.Fault = err.Error()
		}
		if err := send(p.in, f); err != nil {
			return nil, err
		}
	}
}

// end has the child end, and tells how it did.
func (p *process) end() error {
	_ = p.in.Close()
	return p.cmd.Wait()
}

// outOfMemory tells whether a child ended because it took too much memory.
func (p *process) outOfMemory(end error) bool {
	var exit *exec.ExitError
	if !errors.As(end, &exit) {
		return false
	}
	said := p.stderr.String()
	return exit.ExitCode() == exitMemory || exit.ExitCode() < 0 || // killed, by the kernel most likely
		strings.Contains(said, "out of memory") || strings.Contains(said, "cannot allocate memory") || strings.Contains(said, "stack overflow") ||
		strings.Contains(said, "failed to allocate") // the race detector's words
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

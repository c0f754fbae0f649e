package crashtest

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/testkube"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

// program is the path of the built server.
var program string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "crashtest")
	if err == nil {
		program = filepath.Join(dir, "gennaker")
		// As "make build" does it, so that both share what is compiled.
		build := exec.Command("go", "build", "-trimpath", "-o", program, "../../cmd/gennaker")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		var out []byte
		out, err = build.CombinedOutput()
		if err != nil {
			err = fmt.Errorf("%w: %s", err, out)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "build the server:", err)
		os.Exit(1)
	}
	defer os.RemoveAll(dir)
	testpostgres.Main(withCluster{m})
}

// withCluster runs tests that may use a cluster.
type withCluster struct{ tests *testing.M }

func (w withCluster) Run() int { return testkube.Main(w.tests) }

// process is a server that can be killed and started again.
type process struct {
	t       *testing.T
	args    []string
	address string

	mu  sync.Mutex
	cmd *exec.Cmd
	log bytes.Buffer
}

// newProcess starts a server on a database.
func newProcess(t *testing.T, database string, flags ...string) *process {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, address: listener.Addr().String()}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	p.args = append([]string{"serve", "--data-dir", t.TempDir(), "--listen", p.address, "--database", database}, flags...)
	p.start()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("the server's log:\n%s", p.log.String())
		}
	})
	return p
}

func (p *process) start() {
	p.t.Helper()
	cmd := exec.Command(program, p.args...)
	cmd.Env = append(os.Environ(),
		"GENNAKER_LOGGING_LEVEL=warn",
		"GENNAKER_USER_CONFIGURED_URL_RESTRICTIONS_REJECT_LOCALHOST=false",
		"GENNAKER_USER_CONFIGURED_URL_RESTRICTIONS_REJECT_VERBATIM_IPS=false")
	cmd.Stderr = &p.log
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.mu.Lock()
	p.cmd = cmd
	p.mu.Unlock()
	for deadline := time.Now().Add(30 * time.Second); ; {
		if p.healthy() {
			return
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("the server does not become ready:\n%s", p.log.String())
		}
		<-time.After(5 * time.Millisecond)
	}
}

func (p *process) healthy() bool {
	ctx, cancel := context.WithTimeout(p.t.Context(), time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.address+"/health", http.NoBody)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// kill ends the server as a power cut does.
func (p *process) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil {
		return
	}
	_ = p.cmd.Process.Signal(syscall.SIGKILL) // it may have ended
	_ = p.cmd.Wait()
	p.cmd = nil
}

// patience keeps a test from looking like an execution that kills processes. An
// execution that was at work in two lost processes is tried alone, five seconds
// later at the earliest; a kill while it is would be held against it. So after
// two kills, further ones follow at once or not at all.
type patience struct {
	// most is how many kills there may be in all. Where another process has to
	// notice each, it is later than the kill, and so is the trial.
	most, kills int
	last        time.Time
}

func (p *patience) mayKill() bool {
	if p.kills >= 2 && (p.kills >= p.most || time.Since(p.last) > 4*time.Second) {
		return false
	}
	p.kills++
	p.last = time.Now()
	return true
}

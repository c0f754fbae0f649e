package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/testkube"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

// program is the path of the built server.
var program string

func TestMain(m *testing.M) {
	flag.Parse()
	if flag.Lookup("test.bench").Value.String() == "" {
		os.Exit(m.Run()) // nothing here needs the server
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	program = filepath.Join(dir, "gennaker")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", program, "../cmd/gennaker")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the server: %v: %s\n", err, out)
		os.Exit(1)
	}
	defer os.RemoveAll(dir)
	testpostgres.Main(withCluster{m})
}

// withCluster ends the sandbox that benchmarks have started.
type withCluster struct{ m *testing.M }

// Run runs them.
func (w withCluster) Run() int { return testkube.Main(w.m) }

// server is a running process.
type server struct {
	b       testing.TB
	base    string
	cmd     *exec.Cmd
	started time.Duration // from exec to the first answer 200 of /health
}

// client keeps enough connections for everything that is sent at once.
var client = &http.Client{Transport: &http.Transport{MaxIdleConns: 512, MaxIdleConnsPerHost: 512}}

// serve starts a server on a database ("" for SQLite in the directory), with
// more of its environment.
func serve(b testing.TB, dir, database string, environment ...string) *server {
	b.Helper()
	return serveProgram(b, program, dir, database, environment...)
}

// serveProgram is serve with another build of the program.
func serveProgram(b testing.TB, program, dir, database string, environment ...string) *server {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close()
	args := []string{"serve", "--data-dir", dir, "--listen", address}
	if database != "" {
		args = append(args, "--database", database)
	}
	s := &server{b: b, base: "http://" + address, cmd: exec.Command(program, args...)}
	var log bytes.Buffer
	s.cmd.Stderr = &log
	s.cmd.Env = append(append(os.Environ(), "GENNAKER_LOGGING_LEVEL=warn"), environment...)
	begun := time.Now()
	if err := s.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(s.stop)
	for {
		response, err := client.Get(s.base + "/health")
		if err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				s.started = time.Since(begun)
				return s
			}
		}
		if time.Since(begun) > 30*time.Second {
			b.Fatalf("the server does not become ready: %s", log.String())
		}
		<-time.After(time.Millisecond)
	}
}

func (s *server) stop() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	_ = s.cmd.Wait()
	s.cmd = nil
}

// call makes a request and decodes the answer, which must be a 2xx.
func (s *server) call(ctx context.Context, method, path string, body, into any) error {
	text, err := s.send(ctx, method, path, body)
	if err != nil || into == nil {
		return err
	}
	return json.Unmarshal(text, into)
}

// send makes a request and reads the answer, which must be a 2xx.
func (s *server) send(ctx context.Context, method, path string, body any) ([]byte, error) {
	var reader io.Reader
	if body != nil {
		text, err := model.Marshal(body)
		if err != nil {
			return nil, err
		}
		reader = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, s.base+path, reader)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode >= 300 {
		return nil, fmt.Errorf("%s %s answered %d: %s", method, path, response.StatusCode, text)
	}
	return text, nil
}

// startPipeline starts a pipeline of instant stages and returns its id.
func (s *server) startPipeline(ctx context.Context, application string, n, stages int) (string, error) {
	list := make([]any, stages)
	for i := range list {
		list[i] = map[string]any{"type": "wait", "name": fmt.Sprintf("wait %d", i), "waitTime": 0}
	}
	var answer struct{ Ref string }
	err := s.call(ctx, http.MethodPost, "/pipelines/start", map[string]any{
		"application": application, "name": fmt.Sprintf("pipeline %d", n), "id": fmt.Sprintf("%s-%d", application, n),
		"trigger": map[string]any{"type": "manual"}, "stages": list,
	}, &answer)
	return strings.TrimPrefix(answer.Ref, "/pipelines/"), err
}

type summary struct {
	ID                 string
	Status             model.Status
	StartTime, EndTime int64
	BuildTime          int64
	Stages             []struct{ Status model.Status }
}

// until polls an execution until it has ended.
func (s *server) until(ctx context.Context, id string, pause time.Duration) (summary, error) {
	for {
		var e summary
		if err := s.call(ctx, http.MethodGet, "/pipelines/"+id, nil, &e); err != nil {
			return e, err
		}
		if e.Status.Complete() {
			return e, nil
		}
		<-time.After(pause)
	}
}

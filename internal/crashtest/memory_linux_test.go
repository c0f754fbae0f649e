package crashtest

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/gennaker/gennaker/internal/limit/limittest"
	"github.com/gennaker/gennaker/internal/model"
)

const (
	// mostResident is what the server may take at the worst, and quietResident
	// what it may keep when all is over.
	mostResident  = 1 << 30
	quietResident = 250 << 20
	// addressSpace is far above that: what Go reserves counts, too. It saves the
	// machine when a bound fails.
	addressSpace = 6 << 30
)

// TestNoInputKillsIt sends a server what is small and would become large: to
// every endpoint that reads a document, and as stages. It answers all the while,
// stays below a gigabyte, ends the stages, and gives the memory back.
func TestNoInputKillsIt(t *testing.T) { //nolint:paralleltest // it measures a process that is to have the machine
	if testing.Short() {
		t.Skip("it takes a while")
	}
	p := newProcess(t, "sqlite:"+t.TempDir()+"/test.db")
	pid := p.cmd.Process.Pid
	require.NoError(t, unix.Prlimit(pid, unix.RLIMIT_AS, &unix.Rlimit{Cur: addressSpace, Max: addressSpace}, nil))

	var ids sync.Map
	requests := hostileRequests(t)
	var group sync.WaitGroup
	slots := make(chan struct{}, 32)
	for name, request := range requests {
		for range 3 {
			group.Go(func() {
				slots <- struct{}{}
				defer func() { <-slots }()
				status, answer := request.send(t, p)
				if status == 0 || status == http.StatusInternalServerError {
					t.Errorf("%s: the status is %d: %s", name, status, answer[:min(len(answer), 300)])
				}
				if len(answer) > 1<<20 {
					t.Errorf("%s: the answer has %d bytes", name, len(answer))
				}
				var started struct{ Ref string }
				if status == http.StatusOK && json.Unmarshal(answer, &started) == nil && strings.HasPrefix(started.Ref, "/pipelines/") {
					ids.Store(started.Ref, name)
				}
			})
		}
	}
	group.Wait()
	require.NoError(t, syscall.Kill(pid, 0), "the server is dead")
	count := 0
	ids.Range(func(ref, name any) bool {
		count++
		ended(t, p, ref.(string), name.(string))
		return true
	})
	require.Positive(t, count, "no stage was tried")
	require.True(t, p.healthy())
	peak := memoryOf(t, pid, "VmHWM")
	t.Logf("%d requests, %d executions: at most %d MiB resident", 3*len(requests), count, peak>>20)
	require.Less(t, peak, int64(mostResident))
	require.Eventually(t, func() bool { return memoryOf(t, pid, "VmRSS") < quietResident }, time.Minute, 200*time.Millisecond,
		"%d MiB stay resident", memoryOf(t, pid, "VmRSS")>>20)
}

// hostile is a request that is not meant well.
type hostile struct{ path, kind, body string }

func (h hostile) send(t *testing.T, p *process) (status int, answer []byte) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+p.address+h.path, strings.NewReader(h.body))
	if err != nil {
		return 0, []byte(err.Error())
	}
	request.Header.Set("Content-Type", h.kind)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, []byte(err.Error())
	}
	defer response.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(response.Body, 64<<20))
	if err != nil {
		return 0, []byte(err.Error())
	}
	return response.StatusCode, answer
}

func hostileRequests(t *testing.T) map[string]hostile {
	t.Helper()
	const (
		asJSON = "application/json"
		asYAML = "application/x-yaml"
	)
	out := map[string]hostile{}
	for name, text := range limittest.YAMLBombs() {
		for _, path := range []string{"/pipelines", "/pipelines/start", "/manifests/plan", "/tasks", "/pipelineTemplates"} {
			out["YAML to "+path+": "+name] = hostile{path, asYAML, "application: a\nx: " + text}
		}
		out["manifests: "+name] = stages(t, map[string]any{"type": "deployManifest", "account": "none", "manifests": text})
		out["a list of manifests: "+name] = stages(t, map[string]any{"type": "deployManifest", "account": "none", "manifests": []any{text, text, text}})
	}
	for name, text := range limittest.JSONBombs() {
		out["JSON to /manifests/plan: "+name] = hostile{"/manifests/plan", asJSON, `{"account":"none","manifests":` + text + `}`}
		out["JSON stages: "+name] = hostile{"/pipelines/start", asJSON, `{"application":"a","stages":[{"type":"deployManifest","account":"none","manifests":` + text + `}]}`}
	}
	bomb := gzipped(t, 1<<30)
	for _, key := range []string{"plan", "applied", "changes", "leaving", "old"} {
		out["inflates: "+key] = stages(t, map[string]any{
			"type": "deployManifest", "account": "none", "gennaker." + key: bomb, "manifests": []any{map[string]any{"kind": "ConfigMap", "apiVersion": "v1", "metadata": map[string]any{"name": "a"}}},
		})
	}
	// Within the bounds of each document: what counts is how many there are.
	dense := strings.TrimSuffix(strings.Repeat(`{"a":{"b":1}},`, 80_000), ",")
	for i := range 24 {
		out[fmt.Sprint("dense and allowed ", i)] = hostile{"/pipelines/start", asJSON, `{"application":"a","stages":[{"type":"wait","waitTime":0,"list":[` + dense + `]}]}`}
	}
	large := strings.Repeat("x", 9<<20)
	out["a type of 9 MB"] = stages(t, map[string]any{"type": large})
	many := make([]map[string]any, 1000)
	for i := range many {
		many[i] = map[string]any{"type": large[:9000], "refId": fmt.Sprint(i)}
	}
	out["1,000 types of 9 kB"] = stages(t, many...)
	doubled := "#x = {{1:1}:1}"
	for range 30 {
		doubled += ", #x = {(#x): #x}"
	}
	out["an expression that doubles"] = stages(t, map[string]any{"type": "wait", "waitTime": 0, "text": "${{" + doubled + "}}"})
	return out
}

// stages is a request that starts a pipeline.
func stages(t *testing.T, list ...map[string]any) hostile {
	t.Helper()
	body, err := model.Marshal(map[string]any{"application": "a", "name": "p", "stages": list})
	require.NoError(t, err)
	return hostile{"/pipelines/start", "application/json", string(body)}
}

func gzipped(t *testing.T, size int64) string {
	t.Helper()
	var out bytes.Buffer
	zip, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	require.NoError(t, err)
	_, err = io.CopyN(zip, zeros{}, size)
	require.NoError(t, err)
	require.NoError(t, zip.Close())
	return base64.StdEncoding.EncodeToString(out.Bytes())
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// ended waits until an execution has ended.
func ended(t *testing.T, p *process, ref, name string) {
	t.Helper()
	var status string
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); <-time.After(50 * time.Millisecond) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+p.address+ref+"/outline", http.NoBody)
		require.NoError(t, err)
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err, name)
		var execution struct{ Status string }
		err = json.NewDecoder(response.Body).Decode(&execution)
		_ = response.Body.Close()
		require.NoError(t, err, name)
		if status = execution.Status; model.Status(status).Complete() {
			return
		}
	}
	t.Errorf("%s: the execution is still %s", name, status)
}

// memoryOf reads a line of the kernel's report on a process, in bytes.
func memoryOf(t *testing.T, pid int, field string) int64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, field+":"); ok {
			n, err := strconv.ParseInt(strings.Fields(value)[0], 10, 64)
			require.NoError(t, err)
			return n << 10
		}
	}
	t.Fatalf("/proc has no %s", field)
	return 0
}

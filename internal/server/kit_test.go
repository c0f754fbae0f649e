package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/server"
)

// instance is a whole server on a database of its own.
type instance struct {
	t    testing.TB
	base string
	stop func() // ends it before the test does
}

// start runs a server until the test ends.
func start(t testing.TB, change func(*config.Config)) *instance {
	t.Helper()
	cfg := config.Default()
	cfg.DataDir, cfg.Server.Listen, cfg.Logging.Level = t.TempDir(), "127.0.0.1:0", "warn"
	if change != nil {
		change(cfg)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ready, ended := make(chan string, 1), make(chan error, 1)
	go func() {
		ended <- server.Run(ctx, cfg, server.Options{Log: t.Output(), Ready: func(address string) { ready <- address }})
	}()
	stop := sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the server ended: %v", err)
		}
	})
	t.Cleanup(stop)
	select {
	case address := <-ready:
		return &instance{t: t, base: "http://" + address, stop: stop}
	case err := <-ended:
		ended <- nil
		t.Fatalf("the server did not start: %v", err)
		return nil
	}
}

// call makes a request with a JSON body, or none, and returns the status and
// the decoded answer.
func (i *instance) call(method, path string, body any) (int, any) {
	i.t.Helper()
	var reader io.Reader
	if body != nil {
		text, err := model.Marshal(body)
		if err != nil {
			i.t.Fatal(err)
		}
		reader = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(i.t.Context(), method, i.base+path, reader)
	if err != nil {
		i.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-SPINNAKER-USER", "peer-user")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		i.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		i.t.Fatal(err)
	}
	var out any
	if len(text) > 0 {
		if err := json.Unmarshal(text, &out); err != nil {
			i.t.Fatalf("%s %s answered %d with what is no JSON: %s", method, path, response.StatusCode, text)
		}
	}
	return response.StatusCode, out
}

// object is call for an answer that is an object, with a 2xx status.
func (i *instance) object(method, path string, body any) map[string]any {
	i.t.Helper()
	status, answer := i.call(method, path, body)
	object, _ := answer.(map[string]any)
	if status < 200 || status > 299 {
		i.t.Fatalf("%s %s answered %d: %v", method, path, status, answer)
	}
	return object
}

// until polls an execution until it is as wanted.
func (i *instance) until(path, what string, want func(map[string]any) bool) map[string]any {
	i.t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); ; {
		e := i.object(http.MethodGet, path, nil)
		if want(e) {
			return e
		}
		if time.Now().After(deadline) {
			text, _ := model.Marshal(e)
			i.t.Fatalf("%s is not %s in time: %s", path, what, text)
		}
		<-time.After(5 * time.Millisecond)
	}
}

func complete(e map[string]any) bool {
	status, _ := model.ParseStatus(model.String(e, "status"))
	return status.Complete()
}

func stageNamed(e map[string]any, name string) map[string]any {
	for _, s := range model.Objects(e, "stages") {
		if model.String(s, "name") == name {
			return s
		}
	}
	return nil
}

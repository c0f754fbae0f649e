package webhook_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// recordedTarget answers as the server did that the executions were recorded
// with: a job is done at the third look.
func recordedTarget(t *testing.T) (url string) {
	t.Helper()
	var looks atomic.Int32
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Server", "BaseHTTP/0.6 Python/3.11.7")
		w.Header().Set("Content-Type", "application/json")
		answer := func(status int, format string, args ...any) {
			w.WriteHeader(status)
			fmt.Fprintf(w, format, args...)
		}
		switch r.URL.Path {
		case "/ok":
			answer(http.StatusOK, `{"hello": "world", "n": [1, 2, 3], "echo": %q}`, body)
		case "/bad":
			answer(http.StatusBadRequest, `{"error": "bad input"}`)
		case "/err":
			answer(http.StatusInternalServerError, `{"error": "boom"}`)
		case "/job":
			url := "http://" + r.Host + "/status/3"
			w.Header().Set("Location", url)
			answer(http.StatusCreated, `{"id": "3", "statusUrl": %q}`, url)
		case "/status/3":
			if looks.Add(1) < 3 {
				answer(http.StatusOK, `{"status": "RUNNING", "progress": "33%%"}`)
				return
			}
			answer(http.StatusOK, `{"status": "SUCCEEDED", "progress": "99%%", "result": {"k": "3"}}`)
		default:
			answer(http.StatusNotFound, `{"error": "nf"}`)
		}
	})
}

// Each recorded stage is run against the same answers, and must end in the
// same context, which differs in the dates alone.
func TestRecordedExecutions(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			data = bytes.ReplaceAll(data, []byte("http://localhost:18999"), []byte(recordedTarget(t)))
			var execution model.Execution
			if err := model.Unmarshal(data, &execution); err != nil {
				t.Fatal(err)
			}
			replay(t, &execution, execution.Stages[0])
		})
	}
}

func replay(t *testing.T, execution *model.Execution, want *model.Stage) {
	t.Helper()
	s := *want
	s.Context = model.Without(want.Context, "webhook")
	if want.Context["monitorOnly"] == nil {
		delete(s.Context, "statusEndpoint")
	}
	kind := service(t, nil).Type()
	view := engine.View{Execution: execution, Stage: &s}
	specs, err := kind.Definition.Tasks(view)
	if err != nil {
		t.Fatal(err)
	}
	if len(specs) != len(want.Tasks) {
		t.Fatalf("planned %v", specs)
	}
	var status model.Status
	for i, spec := range specs {
		if spec.Name != want.Tasks[i].Name || spec.Class != want.Tasks[i].ImplementingClass {
			t.Errorf("planned %v, want %v", spec, want.Tasks[i])
		}
		var last stage.Result
		for status = model.Running; status == model.Running; {
			view.State = last.State
			result, err := kind.Tasks[spec.Class].Run(t.Context(), stage.Input{View: view, Noted: last.Noted})
			if err != nil {
				t.Fatal(err)
			}
			s.Context, status = model.Merge(s.Context, result.Context), result.Status
			last = result
		}
	}
	if (status == model.Succeeded) != (want.Status == model.Succeeded) {
		t.Errorf("status %s, want %s", status, want.Status)
	}
	got := withoutDates(t, s.Context)
	if wanted := withoutDates(t, want.Context); !reflect.DeepEqual(got, wanted) {
		t.Errorf("context\n%v\nwant\n%v", got, wanted)
	}
}

// withoutDates is a context as JSON has it, without the dates of answers.
func withoutDates(t *testing.T, context map[string]any) map[string]any {
	t.Helper()
	data, err := model.Marshal(context)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := model.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	webhook := model.Object(out, "webhook")
	for _, answer := range []map[string]any{webhook, model.Object(webhook, "monitor")} {
		if headers := model.Object(answer, "headers"); headers != nil {
			if headers["Date"] == nil {
				t.Error("the date is missing")
			}
			delete(headers, "Date")
		}
	}
	return out
}

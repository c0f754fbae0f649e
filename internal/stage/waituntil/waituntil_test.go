package waituntil_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/waituntil"
)

var now = time.UnixMilli(1_795_258_795_000)

func TestWaitUntil(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		until   any
		status  model.Status
		backoff time.Duration
		message string
	}{
		{"no moment given", nil, model.Succeeded, 0, ""},
		{"empty", "", model.Succeeded, 0, ""},
		{"past", now.UnixMilli() - 1, model.Succeeded, 0, ""},
		{"now", now.UnixMilli(), model.Succeeded, 0, ""},
		{"soon", json.Number("1795258795250"), model.Running, 250 * time.Millisecond, ""},
		{"as text", "1795258797000", model.Running, 2 * time.Second, ""},
		{"far away", now.Add(1000 * time.Hour).UnixMilli(), model.Running, 24 * time.Hour, ""},
		{"absurd", json.Number("9000000000000000000"), model.Running, 24 * time.Hour, ""},
		{"no number", "soon", "", 0, "epochMillis must be a time in milliseconds since 1970, not soon"},
	}
	kind := waituntil.Type()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := &model.Stage{ID: "s", Type: "waitUntil", Context: map[string]any{"epochMillis": test.until}}
			in := stage.Input{View: engine.View{Execution: &model.Execution{}, Stage: s}, Now: now}
			specs, err := kind.Definition.Tasks(in.View)
			if err != nil || len(specs) != 1 || specs[0].Name != "waitUntil" {
				t.Fatalf("got %v, %v", specs, err)
			}
			task := kind.Tasks[specs[0].Class]
			result, err := task.Run(t.Context(), in)
			if result.Status != test.status || (err != nil) != (test.message != "") || err != nil && err.Error() != test.message {
				t.Errorf("got %v, %v", result, err)
			}
			waiter, ok := task.(stage.BackingOff)
			if !ok || waiter.Backoff(in) != test.backoff {
				t.Errorf("the backoff isn't %s", test.backoff)
			}
		})
	}
	if _, err := stage.NewValidator(stage.NewRegistry(kind)); err != nil {
		t.Error(err)
	}
}

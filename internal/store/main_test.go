package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

func TestMain(m *testing.M) { testpostgres.Main(m) }

// write runs fn in a write transaction that must go well.
func write(t testing.TB, st *store.Store, fn func(ctx context.Context, tx *store.Tx) error) {
	t.Helper()
	if err := st.Write(t.Context(), fn); err != nil {
		t.Fatalf("write: %v", err)
	}
}

// wantKind fails the test unless the error is of that kind.
func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if err == nil || fault.KindOf(err) != kind {
		t.Fatalf("error %v has kind %v, want %v", err, fault.KindOf(err), kind)
	}
}

// newExecution makes a pipeline execution with stages of the given refIds.
func newExecution(id string, refs ...string) *model.Execution {
	e := &model.Execution{
		Type: model.PipelineExecution, ID: id, Application: "Demo", Name: "Deploy", Status: model.NotStarted,
		BuildTime: 1000, PipelineConfigID: "config-1",
		Authentication: &model.Authentication{User: "ann", AllowedAccounts: []string{}},
		Trigger:        model.NormalizeTrigger(map[string]any{"type": "manual"}),
		Notifications:  []map[string]any{}, InitialConfig: map[string]any{},
		SystemNotifications: []model.SystemNotification{}, AdditionalHeaders: map[string]any{},
	}
	for _, ref := range refs {
		e.Stages = append(e.Stages, newStage(id+"-"+ref, ref))
	}
	return e
}

func newStage(id, ref string) *model.Stage {
	return &model.Stage{ID: id, RefID: ref, Type: "wait", Name: "Wait", Status: model.NotStarted,
		Context: map[string]any{"waitTime": "5"}, Outputs: map[string]any{}, Tasks: []*model.Task{},
		RequisiteStageRefIDs: []string{}}
}

func insert(t testing.TB, st *store.Store, executions ...*model.Execution) {
	t.Helper()
	write(t, st, func(ctx context.Context, tx *store.Tx) error {
		for _, e := range executions {
			if err := tx.InsertExecution(ctx, e); err != nil {
				return err
			}
		}
		return nil
	})
}

func stageIDs(e *model.Execution) []string {
	ids := []string{}
	for _, s := range e.Stages {
		ids = append(ids, s.ID)
	}
	return ids
}

// testClock is a clock that stands still until it is set.
type testClock struct{ at time.Time }

func (c *testClock) now() time.Time { return c.at }

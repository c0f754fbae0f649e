package shown_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/api/shown"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

const secret = "c2hvdWxkIG5vdCBiZSBzZWVu"

// withSecret is a store with an execution whose stage deploys a Secret.
func withSecret(t *testing.T, id string, start int64) *store.Store {
	t.Helper()
	st := storetest.SQLite(t)
	insert(t, st, id, start)
	return st
}

func insert(t *testing.T, st *store.Store, id string, start int64) {
	t.Helper()
	require.NoError(t, st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertExecution(ctx, &model.Execution{
			ID: id, Type: model.PipelineExecution, Application: "demo", Name: "p", Status: model.Succeeded, StartTime: start, BuildTime: start,
			Trigger: model.NormalizeTrigger(nil),
			Stages: []*model.Stage{{
				ID: id + "-1", RefID: "1", Type: "deployManifest", Name: "Deploy", Status: model.Succeeded, Outputs: map[string]any{},
				Context: map[string]any{"manifests": []any{map[string]any{
					"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": "s"}, "data": map[string]any{"password": secret},
				}}},
			}},
		})
	}))
}

// Whatever is read of an execution, the values of Secrets aren't in it.
func TestSecretsAreHidden(t *testing.T) {
	t.Parallel()
	st := withSecret(t, "one", 1)
	reader := shown.New(st)
	stored, err := st.StageJSON(t.Context(), "one", "one-1")
	require.NoError(t, err)
	require.Contains(t, string(stored), secret, "the store has it")
	for name, read := range map[string]func(context.Context) (any, error){
		"execution":  func(ctx context.Context) (any, error) { return reader.Execution(ctx, "one") },
		"found":      func(ctx context.Context) (any, error) { return reader.Find(ctx, "one", model.PipelineExecution) },
		"outline":    func(ctx context.Context) (any, error) { return reader.ExecutionOutline(ctx, "one") },
		"stage":      func(ctx context.Context) (any, error) { return reader.StageWithParts(ctx, "one", "one-1") },
		"executions": func(ctx context.Context) (any, error) { return reader.Executions(ctx, store.ExecutionFilter{}) },
		"stage as JSON": func(ctx context.Context) (any, error) {
			text, err := reader.StageJSON(ctx, "one", "one-1")
			return json.RawMessage(text), err
		},
		"list": func(ctx context.Context) (any, error) {
			list := reader.List([]store.ExecutionRef{{ID: "one"}}, true)
			return list.Read(ctx, list.IDs)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, err := read(t.Context())
			require.NoError(t, err)
			text, err := model.Marshal(found)
			require.NoError(t, err)
			require.Contains(t, string(text), "one")
			require.NotContains(t, string(text), secret)
		})
	}
}

func TestFindTellsPipelinesFromTasks(t *testing.T) {
	t.Parallel()
	reader := shown.New(withSecret(t, "one", 1))
	_, err := reader.Find(t.Context(), "one", model.OrchestrationExecution)
	require.Equal(t, fault.NotFound, fault.KindOf(err))
	require.EqualError(t, err, "Task not found (id: one)")
	_, err = reader.Find(t.Context(), "none", model.PipelineExecution)
	require.EqualError(t, err, "Pipeline not found (id: none)")
}

// Lists are in the order of their start, and what is gone by now is left out.
func TestListStarted(t *testing.T) {
	t.Parallel()
	st := withSecret(t, "b", 20)
	insert(t, st, "a", 30)
	insert(t, st, "c", 10)
	reader := shown.New(st)
	list := reader.ListStarted([]store.ExecutionRef{{ID: "a", StartTime: 30}, {ID: "gone", StartTime: 25}, {ID: "b", StartTime: 20}, {ID: "c", StartTime: 10}}, false)
	require.Equal(t, []string{"c", "b", "gone", "a"}, list.IDs)
	items, err := list.Read(t.Context(), list.IDs)
	require.NoError(t, err)
	require.Len(t, items, 3)
	var first model.Execution
	require.NoError(t, model.Unmarshal(items[0], &first))
	require.Equal(t, "c", first.ID)
	require.Empty(t, first.Stages[0].Context, "what the stages hold wasn't asked for")
}

// What a request reads takes memory until it is answered.
func TestReadingTakesMemory(t *testing.T) {
	t.Parallel()
	st := large{withSecret(t, "one", 1)}
	memory := rest.NewMemory(12<<20, time.Millisecond, 0)
	first, release := memory.Reserve(httptest.NewRequest(http.MethodGet, "/", http.NoBody))
	_, err := shown.New(st).Execution(first.Context(), "one")
	require.NoError(t, err)
	second, releaseSecond := memory.Reserve(httptest.NewRequest(http.MethodGet, "/", http.NoBody))
	defer releaseSecond()
	_, err = shown.New(st).Execution(second.Context(), "one")
	require.Equal(t, fault.Unavailable, fault.KindOf(err))
	release()
	_, err = shown.New(st).Execution(second.Context(), "one")
	require.NoError(t, err)
}

// large says that its executions are.
type large struct{ *store.Store }

func (large) ExecutionSizes(_ context.Context, ids []string) (map[string]int64, error) {
	return map[string]int64{ids[0]: 1 << 20}, nil
}

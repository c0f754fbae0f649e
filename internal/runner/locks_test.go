package runner_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

// busyStage has a task that answers a number of times before it is done, from
// outside the loop, so that what changes is stored each time.
func busyStage(times int64) *stage.Type {
	var runs sync.Map
	return typeOf("busy", polls{timeout: time.Hour, run: func(_ context.Context, in stage.Input) (stage.Result, error) {
		count, _ := runs.LoadOrStore(in.Stage.ID, new(atomic.Int64))
		if n := count.(*atomic.Int64).Add(1); n < times {
			return stage.Running().With(map[string]any{"n": n}), nil
		}
		return stage.Succeeded(), nil
	}})
}

// Storing an execution, ending it, starting the next, and signals to it take
// their locks in one order: PostgreSQL finds no deadlock.
func TestLocksAreTakenInOneOrder(t *testing.T) {
	t.Parallel()
	url := testpostgres.New(t)
	kits := []*kit{openKit(t, url, busyStage(10)), openKit(t, url, busyStage(10))}
	var (
		group sync.WaitGroup
		ids   [48]string
	)
	for i := range ids {
		group.Go(func() {
			k := kits[i%2]
			e, err := k.executions.Start(t.Context(), map[string]any{
				"application": "app", "name": "busy", "id": fmt.Sprint("config", i%4), "limitConcurrent": i%4 == 0,
				"keepWaitingPipelines": i%8 == 0,
				"stages": []any{
					map[string]any{"type": "busy", "refId": "1", "requisiteStageRefIds": []any{}},
					map[string]any{"type": "busy", "refId": "2", "requisiteStageRefIds": []any{}},
				},
			}, caller)
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = e.ID
			for n := range 10 {
				other := kits[(i+n)%2].executions
				if _, err := other.UpdateStage(t.Context(), e.ID, e.Stages[0].ID, map[string]any{"note": n}, caller); err != nil {
					break // it has ended
				}
			}
			if i%3 == 0 {
				_ = kits[(i+1)%2].executions.Cancel(t.Context(), e.ID, "", false, caller)
			}
		})
	}
	group.Wait()
	for i, id := range ids {
		if id != "" {
			kits[i%2].ended(id)
		}
	}
	for _, k := range kits {
		k.stop()
	}
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	// The server's processes report when they end.
	for deadline := time.Now().Add(2 * time.Minute); ; {
		var others, deadlocks int
		if err := conn.QueryRow(t.Context(), `SELECT
			(SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()),
			(SELECT deadlocks FROM pg_stat_database WHERE datname = current_database())`).Scan(&others, &deadlocks); err != nil {
			t.Fatal(err)
		}
		if deadlocks > 0 {
			t.Fatalf("%d deadlocks", deadlocks)
		}
		if others == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d connections are still open", others)
		}
	}
}

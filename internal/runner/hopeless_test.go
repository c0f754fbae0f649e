package runner_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/runner"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

// TestExecutionsThatCantGoOnAreEnded: an execution that can't be advanced for a
// reason of its own is not tried for ever, and the others go on.
func TestExecutionsThatCantGoOnAreEnded(t *testing.T) {
	t.Parallel()
	eachURL(t, func(t *testing.T, url string) {
		t.Helper()
		k := openChanged(t, url, func(_ *kit, o *runner.Options) {
			o.HopelessAfter = 2
			o.Identity = func(earlier *model.Stage) (*model.Authentication, bool) {
				if earlier.Name == "broken" {
					panic("no rule for this")
				}
				return nil, false
			}
		}, scripted("plain", func(context.Context, stage.Input) (stage.Result, error) { return stage.Succeeded(), nil }))
		second := map[string]any{"type": "plain", "refId": "2", "requisiteStageRefIds": []any{"1"}}
		first := waitStage("1", 0)
		first["name"] = "broken"
		e := k.start(nil, first, second)
		other := k.start(nil, waitStage("1", 0), second)
		got := k.ended(e.ID)
		if got.Status != model.Terminal || got.Stages[1].Status != model.Terminal {
			t.Errorf("ended %s, its stage %s", got.Status, got.Stages[1].Status)
		}
		wantFailure(t, got.Stages[1], "StuckExecutionException", "no rule for this")
		if got := k.ended(other.ID); got.Status != model.Succeeded {
			t.Errorf("another execution ended %s", got.Status)
		}
	})
}

// TestEndingBadlyLocksThePipelineFirst: whoever has the pipeline's lock gets the
// execution's too, so that none waits for the other for ever.
func TestEndingBadlyLocksThePipelineFirst(t *testing.T) {
	t.Parallel()
	url := testpostgres.New(t)
	k := openChanged(t, url, func(_ *kit, o *runner.Options) {
		o.HopelessAfter = 1
		o.Identity = func(*model.Stage) (*model.Authentication, bool) { panic("no rule for this") }
	}, scripted("plain", func(context.Context, stage.Input) (stage.Result, error) { return stage.Succeeded(), nil }))
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	var id string
	err = k.store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		if err := tx.LockConfig(ctx, "config"); err != nil {
			return err
		}
		if id == "" {
			id = k.start(map[string]any{"id": "config"}, waitStage("1", 0), map[string]any{"type": "plain", "refId": "2", "requisiteStageRefIds": []any{"1"}}).ID
		}
		for waiting := 0; waiting == 0; {
			if err := conn.QueryRow(ctx, `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
				AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`).Scan(&waiting); err != nil {
				return err
			}
		}
		_, err := tx.LockExecution(ctx, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := k.ended(id); got.Status != model.Terminal {
		t.Errorf("ended %s", got.Status)
	}
	var deadlocks int
	if err := conn.QueryRow(t.Context(), `SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`).Scan(&deadlocks); err != nil || deadlocks > 0 {
		t.Errorf("%d deadlocks (%v)", deadlocks, err)
	}
}

// TestIDsWithNUL: such ids can be neither stored nor looked up in columns, which
// must not keep an execution from its end.
func TestIDsWithNUL(t *testing.T) {
	t.Parallel()
	eachURL(t, func(t *testing.T, url string) {
		t.Helper()
		k := openKit(t, url)
		for name, fields := range map[string]map[string]any{
			"pipeline": {"id": "a\x00"},
			"limited":  {"id": "b\x00", "limitConcurrent": true},
			"parent":   {"trigger": map[string]any{"type": "pipeline", "parentPipelineId": "a\x00", "parentPipelineStageId": "b\x00"}},
		} {
			if got := k.ended(k.start(fields, waitStage("\x00", 0)).ID); got.Status != model.Succeeded {
				t.Errorf("%s: ended %s", name, got.Status)
			}
		}
		if _, err := k.store.Execution(t.Context(), "a\x00"); fault.KindOf(err) == fault.Internal {
			t.Errorf("reading one fails with %v", err)
		}
	})
}

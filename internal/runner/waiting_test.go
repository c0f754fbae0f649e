package runner_test

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

// limited starts n executions of one pipeline, each a wait that has to be
// skipped by hand, and returns their ids in the order they were started.
func limited(k *kit, n int, config map[string]any) []string {
	k.t.Helper()
	ids := make([]string, n)
	for i := range ids {
		ids[i] = k.start(model.Merge(map[string]any{"id": "config", "name": fmt.Sprint(i)}, config), waitStage("1", 3600)).ID
		// The next one comes when this one has either begun or been made to wait.
		k.until(ids[i], "under way or waiting", func(e *model.Execution) bool {
			return e.Status != model.NotStarted || k.isQueued(e.ID)
		})
	}
	return ids
}

func (k *kit) isQueued(id string) bool {
	k.t.Helper()
	loaded, err := k.store.LoadForAdvance(k.t.Context(), id)
	if err != nil {
		k.t.Fatal(err)
	}
	return loaded.Queued
}

// let ends an execution well by skipping its wait.
func (k *kit) let(id string) {
	k.t.Helper()
	e := k.until(id, "running", func(e *model.Execution) bool { return e.Stages[0].Status == model.Running })
	if _, err := k.executions.UpdateStage(k.t.Context(), id, e.Stages[0].ID, map[string]any{"skipRemainingWait": true}, caller); err != nil {
		k.t.Fatal(err)
	}
	k.ended(id)
}

func (k *kit) statuses(ids []string) []model.Status {
	k.t.Helper()
	out := make([]model.Status, len(ids))
	for i, id := range ids {
		e, err := k.store.Execution(k.t.Context(), id)
		if err != nil {
			k.t.Fatal(err)
		}
		out[i] = e.Status
	}
	return out
}

func TestLimitConcurrentRunsOneAfterAnother(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ids := limited(k, 4, map[string]any{"limitConcurrent": true, "keepWaitingPipelines": true})
	for n, id := range ids {
		k.let(id)
		if n+1 < len(ids) {
			k.until(ids[n+1], "running", func(e *model.Execution) bool { return e.Status == model.Running })
		}
		want := slices.Repeat([]model.Status{model.NotStarted}, len(ids))
		for i := range want {
			if i <= n {
				want[i] = model.Succeeded
			} else if i == n+1 {
				want[i] = model.Running
			}
		}
		if got := k.statuses(ids); !slices.Equal(got, want) {
			t.Fatalf("after %d: %v, want %v", n+1, got, want)
		}
	}
}

func TestOnlyTheNewestWaits(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ids := limited(k, 4, map[string]any{"limitConcurrent": true})
	k.let(ids[0])
	for _, id := range ids[1:3] {
		e := k.ended(id)
		if e.Status != model.Canceled || e.CanceledBy != "spinnaker" {
			t.Errorf("execution %s ended %s by %q", e.Name, e.Status, e.CanceledBy)
		}
	}
	k.let(ids[3])
}

func TestMaxConcurrentExecutions(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ids := limited(k, 5, map[string]any{"maxConcurrentExecutions": 2, "keepWaitingPipelines": true})
	want := []model.Status{model.Running, model.Running, model.NotStarted, model.NotStarted, model.NotStarted}
	if got := k.statuses(ids); !slices.Equal(got, want) {
		t.Fatalf("%v, want %v", got, want)
	}
	k.let(ids[1])
	k.until(ids[2], "running", func(e *model.Execution) bool { return e.Status == model.Running })
	want = []model.Status{model.Running, model.Succeeded, model.Running, model.NotStarted, model.NotStarted}
	if got := k.statuses(ids); !slices.Equal(got, want) {
		t.Fatalf("%v, want %v", got, want)
	}
	for _, id := range []string{ids[0], ids[2], ids[3], ids[4]} {
		k.let(id)
	}
}

func TestWhatWaitsGoesOnWhenTheRunningOneIsCancelledOrDeleted(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ids := limited(k, 4, map[string]any{"limitConcurrent": true, "keepWaitingPipelines": true})
	if err := k.executions.Cancel(t.Context(), ids[1], "", false, caller); err != nil {
		t.Fatal(err)
	}
	if e := k.ended(ids[1]); e.Status != model.Canceled {
		t.Fatalf("the waiting one ended %s", e.Status)
	}
	if err := k.executions.Cancel(t.Context(), ids[0], "", false, caller); err != nil {
		t.Fatal(err)
	}
	k.until(ids[2], "running", func(e *model.Execution) bool { return e.Status == model.Running })
	if err := k.executions.Delete(t.Context(), ids[2], caller); err != nil {
		t.Fatal(err)
	}
	k.let(ids[3])
}

func TestRestartWaitsItsTurn(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ids := limited(k, 1, map[string]any{"limitConcurrent": true, "keepWaitingPipelines": true})
	k.let(ids[0])
	ids = append(ids, limited(k, 1, map[string]any{"limitConcurrent": true, "keepWaitingPipelines": true})...)
	e, err := k.store.Execution(t.Context(), ids[0])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.executions.RestartStage(t.Context(), ids[0], e.Stages[0].ID, nil, caller); err != nil {
		t.Fatal(err)
	}
	if got := k.statuses(ids); !slices.Equal(got, []model.Status{model.NotStarted, model.Running}) {
		t.Fatalf("%v", got)
	}
	k.let(ids[1])
	k.ended(ids[0]) // its wait is still to be skipped
}

func TestCorrelationID(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	more := map[string]any{"trigger": map[string]any{"correlationId": "once"}}
	first := k.start(more, waitStage("1", 0))
	k.ended(first.ID)
	if again := k.start(more, waitStage("1", 0)); again.ID != first.ID {
		t.Errorf("started %s and %s", first.ID, again.ID)
	}
}

func TestLimitedExecutionsOfManyProcessesNeverOverlap(t *testing.T) {
	t.Parallel()
	for name, kits := range map[string]func(t *testing.T) []*kit{
		"sqlite": func(t *testing.T) []*kit { t.Helper(); return []*kit{newKit(t)} },
		"postgres": func(t *testing.T) []*kit {
			t.Helper()
			url := testpostgres.New(t)
			return []*kit{openKit(t, url), openKit(t, url)}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kits := kits(t)
			var group sync.WaitGroup
			ids := make([]string, 30)
			for i := range ids {
				group.Go(func() {
					e, err := kits[i%len(kits)].executions.Start(t.Context(), map[string]any{
						"application": "app", "name": "p", "id": "config", "limitConcurrent": true, "keepWaitingPipelines": true,
						"stages": []any{waitStage("1", 0), waitStage("2", 0, "1")},
					}, caller)
					if err != nil {
						t.Error(err)
						return
					}
					ids[i] = e.ID
				})
			}
			group.Wait()
			all := make([]*model.Execution, len(ids))
			for i, id := range ids {
				all[i] = kits[0].ended(id)
				if all[i].Status != model.Succeeded {
					t.Errorf("execution %s ended %s", id, all[i].Status)
				}
			}
			slices.SortFunc(all, func(a, b *model.Execution) int {
				return cmp.Or(cmp.Compare(a.StartTime, b.StartTime), cmp.Compare(a.EndTime, b.EndTime)) // many take less than a millisecond
			})
			for i := 1; i < len(all); i++ {
				if all[i].StartTime < all[i-1].EndTime {
					t.Errorf("execution %s ran from %d to %d and %s from %d: both at once", all[i-1].ID, all[i-1].StartTime, all[i-1].EndTime, all[i].ID, all[i].StartTime)
				}
			}
		})
	}
}

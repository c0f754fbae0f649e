package echo

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/queue"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/trigger"
	"github.com/gennaker/gennaker/internal/trigger/schedule"
	"github.com/gennaker/gennaker/tools/goldens/recorded"
)

// isCronFire tells whether a case watches which cron triggers fire.
func isCronFire(c *Case) bool {
	return c.Config["scheduler.enabled"] == true && c.Request == nil && len(c.Steps) == 0 && len(c.Pipelines) > 0
}

// How long such a case is watched, by a clock that goes faster than the system's.
const (
	cronWatched = 10 * time.Second
	cronSpeed   = 10
)

// fired are the first ticks of each trigger.
type fired struct {
	mu    sync.Mutex
	ticks map[string]schedule.Tick
}

// Tick implements [schedule.Ticks].
func (f *fired) Tick(_ context.Context, _ *store.Tx, t schedule.Tick) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ticks[t.PipelineID+" "+model.String(t.Trigger, "cronExpression")] = t
	return nil
}

// playCronFire stores the pipelines, watches for a while, and compares what fired.
func playCronFire(ctx context.Context, c *Case) []string {
	seen := &fired{ticks: map[string]schedule.Tick{}}
	if err := watchCron(ctx, c, seen); err != nil {
		return []string{err.Error()}
	}
	var out []string
	idle := map[string]bool{}
	for _, p := range c.Pipelines {
		idle[model.String(p, "id")] = true
	}
	for _, item := range c.Started {
		want, _ := onlyCompared(item).(map[string]any)
		id := model.String(want, "pipeline")
		key := id + " " + model.String(model.Object(want, "trigger"), "cronExpression")
		tick, ok := seen.ticks[key]
		if !ok {
			out = append(out, key+" didn't fire")
			continue
		}
		delete(seen.ticks, key)
		delete(idle, id)
		starts := startsOf(ctx, c, tick)
		if len(starts) != 1 {
			out = append(out, fmt.Sprintf("%s starts %d executions", key, len(starts)))
			continue
		}
		out = append(out, recorded.Differences(id, want, recorded.JSON(starts[0]), recorded.Options{Any: placeholder, Ignore: ignoredOfTick})...)
	}
	for key := range seen.ticks {
		out = append(out, key+" fired, and shouldn't have")
	}
	for _, id := range c.NotStarted {
		delete(idle, fmt.Sprint(id))
	}
	for id := range idle {
		out = append(out, id+" wasn't started, and should have been")
	}
	slices.Sort(out)
	return out
}

// ignoredOfTick takes an empty list of artifacts for none.
func ignoredOfTick(path string, want, got any) bool {
	if list, ok := got.([]any); ok && want == nil && len(list) == 0 {
		return true
	}
	return ignored(path, want, got)
}

// startsOf is what a tick starts.
func startsOf(ctx context.Context, c *Case, tick schedule.Tick) (starts []map[string]any) {
	for _, p := range c.Pipelines {
		if model.String(p, "id") != tick.PipelineID {
			continue
		}
		for _, d := range trigger.Decide(ctx, trigger.Tick(tick.PipelineID, tick.Trigger, tick.Time, tick.Key), []model.Pipeline{p}, trigger.Options{}) {
			if d.Start != nil {
				d.Start.Config["trigger"].(map[string]any)["eventId"] = tick.Key
				starts = append(starts, shownStart(*d.Start))
			}
		}
	}
	return starts
}

// watchCron runs a scheduler on the pipelines of a case for a while.
func watchCron(ctx context.Context, c *Case, seen *fired) error {
	return withScheduler(ctx, c, seen, func(_ *schedule.Scheduler, q *queue.Queue) error {
		ctx, cancel := context.WithTimeout(ctx, cronWatched/cronSpeed)
		defer cancel()
		return q.Run(ctx)
	})
}

// withScheduler gives a scheduler that has the pipelines of a case, and the queue that runs
// it.
func withScheduler(ctx context.Context, c *Case, seen *fired, use func(s *schedule.Scheduler, q *queue.Queue) error) (err error) {
	dir, err := os.MkdirTemp("", "goldens")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	st, err := store.Open(ctx, filepath.Join(dir, "case.db"), store.Options{})
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }()
	began, from := time.Now(), time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)
	s, err := schedule.New(schedule.Options{
		Store: st, Ticks: seen, Config: schedule.DefaultConfig(),
		Now:   func() time.Time { return from.Add(time.Since(began) * cronSpeed) },
		After: func(d time.Duration) <-chan time.Time { return time.After(d / cronSpeed) },
	})
	if err != nil {
		return err
	}
	q, err := queue.New(ctx, st, queue.Options{Handler: func(context.Context, queue.Job) error { return nil }})
	if err != nil {
		return err
	}
	s.Through(q, true)
	kept := catalog.New(st, s)
	for _, p := range c.Pipelines {
		if _, err := kept.SavePipeline(ctx, store.PipelineKind, p, strings.ToLower(c.Group), 0); err != nil {
			return fmt.Errorf("save pipeline %s: %w", model.String(p, "id"), err)
		}
	}
	began = time.Now()
	return use(s, q)
}

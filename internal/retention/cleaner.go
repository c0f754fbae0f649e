package retention

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/gennaker/gennaker/internal/events"
	"github.com/gennaker/gennaker/internal/store"
)

// listed bounds how many executions are looked up at a time, and things whose
// revisions are.
const listed = 1000

// Cleaner deletes what is too old.
type Cleaner struct {
	config   Config
	store    *store.Store
	events   *events.Bus
	now      func() time.Time
	log      *slog.Logger
	deleted  *prometheus.CounterVec
	archive  *archive
	outbox   Messages
	happened Happened
}

// Messages are those of the outbox.
type Messages interface {
	// Clean deletes those that were delivered, and those that could not be, before
	// these times, and gives how many.
	Clean(ctx context.Context, delivered, dead time.Time) (int64, error)
}

// Happened are the events that pipelines may be started by.
type Happened interface {
	// Clean deletes those that came before a time, and gives how many.
	Clean(ctx context.Context, before time.Time) (int64, error)
}

// Options are what a Cleaner is made of. Store and Events are required.
type Options struct {
	Config   Config
	Store    *store.Store
	Events   *events.Bus
	Outbox   Messages              // nil for none
	Happened Happened              // nil for none
	Metrics  prometheus.Registerer // nil for none
	Now      func() time.Time      // time.Now if nil
	Logger   *slog.Logger
}

// New returns a cleaner.
func New(o Options) (*Cleaner, error) {
	c := &Cleaner{config: o.Config, store: o.Store, events: o.Events, now: o.Now, log: o.Logger, outbox: o.Outbox, happened: o.Happened}
	if c.now == nil {
		c.now = time.Now
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	if o.Config.Archive != "" {
		c.archive = &archive{dir: o.Config.Archive}
	}
	c.deleted = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "gennaker_retention_deleted_total",
		Help: "What was deleted because it was too old, by kind: pipeline, task, revision, message, event.",
	}, []string{"kind"})
	if o.Metrics != nil {
		if err := o.Metrics.Register(c.deleted); err != nil {
			return nil, fmt.Errorf("register the metrics of the cleanup: %w", err)
		}
	}
	return c, nil
}

// Job is something to be done every so often.
type Job struct {
	Name  string
	Every time.Duration
	Run   func(ctx context.Context) error
}

// Jobs are those that the configuration turns on.
func (c *Cleaner) Jobs() (jobs []Job) {
	add := func(enabled bool, name string, everyMs int64, run func(context.Context) error) {
		if enabled {
			every := max(time.Duration(everyMs)*time.Millisecond, time.Second)
			jobs = append(jobs, Job{Name: name, Every: every, Run: run})
		}
	}
	add(c.config.OldPipelines.Enabled, "old-pipeline-cleanup", c.config.OldPipelines.IntervalMs, c.OldPipelines)
	add(c.config.Tasks.Enabled, "top-application-execution-cleanup", c.config.Tasks.IntervalMs, c.Tasks)
	add(c.config.Revisions.Enabled, "revision-cleanup", c.config.Revisions.IntervalMs, c.Revisions)
	add(c.config.Outbox.Enabled && c.outbox != nil, "outbox-cleanup", c.config.Outbox.IntervalMs, c.Messages)
	add(c.config.Events.Enabled && c.happened != nil, "event-cleanup", c.config.Events.IntervalMs, c.Events)
	return jobs
}

// OldPipelines deletes old pipeline executions, as Orca's
// OldPipelineCleanupPollingNotificationAgent does.
func (c *Cleaner) OldPipelines(ctx context.Context) error {
	rules := c.config.OldPipelines
	clean := func(days int, except bool) error {
		filter := store.OldFilter{
			Keep: max(rules.Minimum, 0), Before: c.now().AddDate(0, 0, -max(days, 1)).UnixMilli(),
			Applications: rules.Exceptions, Except: except,
		}
		return c.executions(ctx, "pipeline", rules.ChunkSize, func(limit int) ([]store.Old, error) {
			return c.store.OldPipelines(ctx, filter, limit)
		})
	}
	err := clean(rules.ThresholdDays, true)
	if err != nil || len(rules.Exceptions) == 0 {
		return err
	}
	return clean(rules.ExceptionDays, false)
}

// Tasks deletes old ad-hoc tasks, as Orca's
// TopApplicationExecutionCleanupPollingNotificationAgent does, but none that
// goes on.
func (c *Cleaner) Tasks(ctx context.Context) error {
	rules := c.config.Tasks
	return c.executions(ctx, "task", rules.ChunkSize, func(limit int) ([]store.Old, error) {
		return c.store.OldTasks(ctx, max(rules.Threshold, 0), limit)
	})
}

// executions deletes those that are listed, chunk by chunk.
func (c *Cleaner) executions(ctx context.Context, kind string, chunk int, list func(limit int) ([]store.Old, error)) error {
	total := 0
	defer func() {
		if total > 0 {
			c.log.InfoContext(ctx, "old executions were deleted", "kind", kind, "executions", total)
		}
	}()
	// Those that go on after all stay, and are listed each time.
	kept := map[string]bool{}
	for {
		limit := listed + len(kept)
		old, err := list(limit)
		if err != nil {
			return err
		}
		full := len(old) == limit
		old = slices.DeleteFunc(old, func(o store.Old) bool { return kept[o.ID] })
		for part := range slices.Chunk(old, max(chunk, 1)) {
			n, err := c.remove(ctx, part, kept)
			total += n
			c.deleted.WithLabelValues(kind).Add(float64(n))
			if err != nil {
				return err
			}
		}
		if !full {
			return nil
		}
	}
}

// remove archives some executions, and deletes them in one transaction.
func (c *Cleaner) remove(ctx context.Context, old []store.Old, kept map[string]bool) (deleted int, err error) {
	if c.archive != nil {
		for _, o := range old {
			e, err := c.store.Execution(ctx, o.ID)
			if errors.Is(err, store.ErrNotFound) {
				continue
			}
			if err == nil {
				err = c.archive.write(o, e)
			}
			if err != nil {
				return 0, fmt.Errorf("archive execution %s, which is therefore not deleted: %w", o.ID, err)
			}
		}
	}
	err = c.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		deleted = 0
		for _, o := range old {
			done, err := tx.DeleteOld(ctx, o.ID)
			if err != nil {
				return err
			}
			if !done {
				kept[o.ID] = true
				continue
			}
			deleted++
			if err := c.events.Publish(ctx, tx, events.Event{
				ExecutionID: o.ID, Type: o.Type, Application: o.Application, Deleted: true,
			}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return deleted, nil
}

// Revisions deletes the old history of what was saved.
func (c *Cleaner) Revisions(ctx context.Context) error {
	rules := c.config.Revisions
	before := c.now().AddDate(0, 0, -max(rules.ThresholdDays, 1)).UnixMilli()
	for {
		n, err := c.store.DeleteOldRevisions(ctx, max(rules.Minimum, 1), before, listed)
		if err != nil {
			return err
		}
		if n == 0 {
			return nil
		}
		c.deleted.WithLabelValues("revision").Add(float64(n))
		c.log.InfoContext(ctx, "old revisions were deleted", "revisions", n)
	}
}

// Messages deletes the old messages of the outbox.
func (c *Cleaner) Messages(ctx context.Context) error {
	rules := c.config.Outbox
	n, err := c.outbox.Clean(ctx, c.now().Add(-time.Duration(rules.DeliveredHours)*time.Hour), c.now().AddDate(0, 0, -max(rules.DeadDays, 1)))
	c.deleted.WithLabelValues("message").Add(float64(n))
	if n > 0 {
		c.log.InfoContext(ctx, "old messages of the outbox were deleted", "messages", n)
	}
	return err
}

// Events deletes events that pipelines may be started by.
func (c *Cleaner) Events(ctx context.Context) error {
	n, err := c.happened.Clean(ctx, c.now().AddDate(0, 0, -max(c.config.Events.ThresholdDays, 1)))
	c.deleted.WithLabelValues("event").Add(float64(n))
	if n > 0 {
		c.log.InfoContext(ctx, "old events were deleted", "events", n)
	}
	return err
}

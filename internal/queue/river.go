package queue

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	riverqueue "github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivershared/baseservice"
	"github.com/riverqueue/river/rivershared/riverpilot"

	"github.com/gennaker/gennaker/internal/store"
)

// rescueNever keeps River's rescuer, which goes by age alone, off jobs that run.
const rescueNever = 10 * 365 * 24 * time.Hour

// open migrates River's tables and makes the River client.
func (q *Queue) open(ctx context.Context) error {
	heard := &listener{local: q.bell.local, jobs: q.jobsBell.local}
	if q.st.Postgres() != nil {
		driver, pool := riverpgxv5.New(q.st.Postgres()), q.st.Postgres()
		q.bell.notify = func(ctx context.Context, payload string) error {
			_, err := pool.Exec(ctx, "SELECT pg_notify($1, $2)", jobsChannel, payload)
			return err
		}
		q.jobsBell.notify = q.bell.notify
		return openRiver(ctx, q, postgresDriver{driver, &pilot{q: q}, heard}, (*store.Tx).Pgx)
	}
	return openRiver(ctx, q, sqliteDriver{riversqlite.New(q.st.SQLite()), &pilot{q: q}, heard}, (*store.Tx).SQL)
}

func openRiver[TTx any](ctx context.Context, q *Queue, driver riverdriver.Driver[TTx], native func(*store.Tx) TTx) error {
	migrator, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: q.log})
	if err != nil {
		return fmt.Errorf("prepare migrations: %w", err)
	}
	if err := q.migrate(ctx, func(ctx context.Context) error {
		_, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
		return err
	}); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	client, err := riverqueue.NewClient(driver, q.clientConfig())
	if err != nil {
		return fmt.Errorf("set up River: %w", err)
	}
	q.insertMany = func(ctx context.Context, tx *store.Tx, jobs []riverqueue.InsertManyParams) error {
		_, err := client.InsertManyTx(ctx, native(tx), jobs)
		return err
	}
	if q.opts.Handler != nil {
		q.river = client
	}
	return nil
}

// clientConfig is River's configuration: that of a client that only inserts if
// there is no handler.
func (q *Queue) clientConfig() *riverqueue.Config {
	config := &riverqueue.Config{
		ID: q.opts.ProcessID, Logger: q.log, MaxAttempts: maxAttempts,
		// Any process may insert what others work on.
		SkipUnknownJobCheck: true,
	}
	if q.opts.Handler == nil {
		return config
	}
	config.Queues = map[string]riverqueue.QueueConfig{queueName: {
		MaxWorkers: q.opts.Handlers, FetchCooldown: time.Millisecond, FetchPollInterval: q.opts.PollInterval,
	}}
	config.Workers = riverqueue.NewWorkers()
	// A handler takes what time it takes, and a dead process's jobs are freed by its
	// missing heartbeat.
	config.JobTimeout, config.RescueStuckJobsAfter = -1, rescueNever
	if jobs := q.opts.Jobs; jobs != nil {
		config.Workers = jobs.Workers
		config.Queues[riverqueue.QueueDefault] = riverqueue.QueueConfig{
			MaxWorkers: jobs.Most, FetchCooldown: jobsCooldown, FetchPollInterval: jobsPoll,
		}
		config.RescueStuckJobsAfter = jobs.RescueAfter // see worker.Timeout
		config.CompletedJobRetentionPeriod = jobsKept
	}
	riverqueue.AddWorker(config.Workers, &worker{q: q})
	return config
}

// How River's default queue is looked after. A retry that River's scheduler has made
// available waits for the poll, as only inserts are told of.
const (
	jobsCooldown = 10 * time.Millisecond
	jobsPoll     = 5 * time.Second
	jobsKept     = 10 * time.Minute
)

// migrate runs River's migrations, one process at a time.
func (q *Queue) migrate(ctx context.Context, run func(context.Context) error) error {
	pool := q.st.Postgres()
	if pool == nil {
		return run(ctx)
	}
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	const lock = 0x67656e6e5f726976 // "genn_riv"
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", int64(lock)); err != nil {
		return fmt.Errorf("wait for other processes' migrations: %w", err)
	}
	defer func() {
		_, _ = conn.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", int64(lock))
	}()
	return run(ctx)
}

// postgresDriver is River's, with our pilot and listener.
type postgresDriver struct {
	*riverpgxv5.Driver
	pilot    *pilot
	listener *listener
}

// PluginInit is part of River's interface for drivers with a pilot.
func (postgresDriver) PluginInit(*baseservice.Archetype) {}

// PluginPilot is part of River's interface for drivers with a pilot.
func (d postgresDriver) PluginPilot() riverpilot.Pilot { return d.pilot }

// SupportsListenNotify keeps River from notifying within the transactions that
// insert; [bell] says why.
func (postgresDriver) SupportsListenNotify() bool { return false }

// GetListener gives our listener.
func (d postgresDriver) GetListener(*riverdriver.GetListenenerParams) riverdriver.Listener {
	return d.listener
}

// sqliteDriver is River's, with our pilot and a listener within the process.
type sqliteDriver struct {
	*riversqlite.Driver
	pilot    *pilot
	listener *listener
}

// PluginInit is part of River's interface for drivers with a pilot.
func (sqliteDriver) PluginInit(*baseservice.Archetype) {}

// PluginPilot is part of River's interface for drivers with a pilot.
func (d sqliteDriver) PluginPilot() riverpilot.Pilot { return d.pilot }

// SupportsListener has River listen instead of poll.
func (sqliteDriver) SupportsListener() bool { return true }

// GetListener gives the listener within the process.
func (d sqliteDriver) GetListener(*riverdriver.GetListenenerParams) riverdriver.Listener {
	return d.listener
}

var (
	_ riverdriver.Driver[pgx.Tx]  = postgresDriver{}
	_ riverdriver.Driver[*sql.Tx] = sqliteDriver{}
	_ riverqueue.Worker[args]     = (*worker)(nil)
	_ riverpilot.Pilot            = (*pilot)(nil)
)

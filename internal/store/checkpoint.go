package store

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// checkpointEvery is how often what was written goes from SQLite's log into
// its file, while anything is written.
const checkpointEvery = 250 * time.Millisecond

// checkpointer moves SQLite's write-ahead log into the database file. SQLite
// would do so within some unlucky commit, which then waits for the disk while
// every other writer waits for it.
type checkpointer struct {
	db    *sql.DB
	log   *slog.Logger
	dirty chan struct{}
	stop  context.CancelFunc
	done  sync.WaitGroup
}

func startCheckpointer(ctx context.Context, path string, log *slog.Logger) (*checkpointer, error) {
	db, err := sql.Open("sqlite", sqliteDSN(path, "deferred", []string{fmt.Sprintf("busy_timeout(%d)", busyMillis)}))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	ctx, stop := context.WithCancel(ctx)
	c := &checkpointer{db: db, log: log, dirty: make(chan struct{}, 1), stop: stop}
	c.done.Go(func() { c.run(ctx) })
	return c, nil
}

// written says that there is something to move.
func (c *checkpointer) written() {
	select {
	case c.dirty <- struct{}{}:
	default:
	}
}

func (c *checkpointer) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.dirty:
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(checkpointEvery):
		}
		// PASSIVE waits for no one and has no one wait.
		if _, err := c.db.ExecContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)"); err != nil && ctx.Err() == nil {
			c.log.WarnContext(ctx, "SQLite's log can't be moved into its file", "error", err)
		}
	}
}

func (c *checkpointer) close() error {
	c.stop()
	c.done.Wait()
	return c.db.Close()
}

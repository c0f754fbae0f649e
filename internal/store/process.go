package store

import (
	"context"
	"fmt"
)

// The database's own clock as SQL, in milliseconds since the epoch: processes
// on other machines may have other ideas of the time.
const (
	SQLiteNowMillis   = `CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)`
	PostgresNowMillis = `CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)`
)

const beatSQL = `
	INSERT INTO processes (id, info, started_at, beat_at) VALUES (?, ?, %[1]s, %[1]s)
	ON CONFLICT (id) DO UPDATE SET info = excluded.info, beat_at = excluded.beat_at`

var (
	beat       = NewStatement(fmt.Sprintf(beatSQL, SQLiteNowMillis), fmt.Sprintf(beatSQL, PostgresNowMillis))
	endProcess = NewStatement(`DELETE FROM processes WHERE id = ?`, "")
)

// Beat notes that a process is alive, by the database's clock.
func (tx *Tx) Beat(ctx context.Context, processID, info string) error {
	if _, err := tx.exec(ctx, beat, processID, info); err != nil {
		return fmt.Errorf("note that process %s is alive: %w", processID, err)
	}
	return nil
}

// EndProcess takes a process off the list: it has stopped, and works on
// nothing any more.
func (tx *Tx) EndProcess(ctx context.Context, processID string) error {
	if _, err := tx.exec(ctx, endProcess, processID); err != nil {
		return fmt.Errorf("note that process %s has ended: %w", processID, err)
	}
	return nil
}

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
	ON CONFLICT (id) DO UPDATE SET info = excluded.info, beat_at = excluded.beat_at
	RETURNING beat_at`

var (
	beat       = NewStatement(fmt.Sprintf(beatSQL, SQLiteNowMillis), fmt.Sprintf(beatSQL, PostgresNowMillis))
	readBeats  = NewStatement(`SELECT id, beat_at FROM processes`, "")
	endSilent  = NewStatement(`DELETE FROM processes WHERE id = ? AND beat_at = ?`, "")
	endProcess = NewStatement(`DELETE FROM processes WHERE id = ?`, "")
)

// Beat notes that a process is alive, and tells the time by the database's
// clock, in milliseconds since the epoch.
func (tx *Tx) Beat(ctx context.Context, processID, info string) (now int64, err error) {
	if err := queryRow(ctx, tx, beat, []any{processID, info}, &now); err != nil {
		return 0, fmt.Errorf("note that process %s is alive: %w", processID, err)
	}
	return now, nil
}

// Beats gives the time of the last beat of each process that is on the list, by
// the database's clock at the time.
func (tx *Tx) Beats(ctx context.Context) (map[string]int64, error) {
	beats := map[string]int64{}
	err := tx.query(ctx, readBeats, nil, func(row Row) error {
		var (
			id string
			at int64
		)
		if err := row.Scan(&id, &at); err != nil {
			return err
		}
		beats[id] = at
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read which processes are alive: %w", err)
	}
	return beats, nil
}

// EndSilentProcess takes a process off the list unless it has beaten since the
// given time.
func (tx *Tx) EndSilentProcess(ctx context.Context, processID string, lastBeat int64) error {
	if _, err := tx.exec(ctx, endSilent, processID, lastBeat); err != nil {
		return fmt.Errorf("note that process %s is dead: %w", processID, err)
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

package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Signal is what a person or another execution asks of an execution. The
// round of work that acts on it deletes it.
type Signal struct {
	ID                int64
	ExecutionID, Kind string
	User              string
	Payload           []byte
	// CreatedAt is in milliseconds since the epoch.
	CreatedAt int64
}

var (
	insertSignal = statement(`
		INSERT INTO signals (execution_id, kind, user_name, payload, created_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT DO NOTHING RETURNING id`)
	signalExists = statement(`SELECT 1 FROM signals WHERE id = ?`)
)

// InsertSignal stores a signal and gives its id; the time is set if it is 0.
func (tx *Tx) InsertSignal(ctx context.Context, sig Signal) (id int64, err error) {
	if sig.CreatedAt == 0 {
		sig.CreatedAt = tx.store.now().UnixMilli()
	}
	var payload any
	if sig.Payload != nil {
		payload = string(sig.Payload)
	}
	args := []any{sig.ExecutionID, sig.Kind, sig.User, payload, sig.CreatedAt}
	if err := queryRow(ctx, tx, insertSignal, args, &id); err != nil {
		if isForeignKey(err) {
			return 0, notFound("execution", sig.ExecutionID)
		}
		return 0, fmt.Errorf("insert %s signal of execution %s: %w", sig.Kind, sig.ExecutionID, err)
	}
	return id, nil
}

// DeleteSignals deletes signals that were acted on.
func (tx *Tx) DeleteSignals(ctx context.Context, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	var sql strings.Builder
	sql.WriteString("DELETE FROM signals WHERE id IN (")
	sql.WriteString(marks(len(ids)))
	sql.WriteString(")")
	if _, err := tx.exec(ctx, statement(sql.String()), args...); err != nil {
		return fmt.Errorf("delete signals: %w", err)
	}
	return nil
}

// SignalPending reports whether a signal has not been acted on yet.
func (s *Store) SignalPending(ctx context.Context, id int64) (bool, error) {
	var one int
	err := queryRow(ctx, s.read, signalExists, []any{id}, &one)
	if errors.Is(err, errNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look up signal %d: %w", id, err)
	}
	return true, nil
}

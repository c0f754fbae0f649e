package store

import (
	"context"
	"fmt"
)

var pendingSignals = statement(`
	SELECT 0 AS kind, wake AS a, 0 AS b, NULL AS payload, '' AS name, '' AS who FROM executions WHERE id = ?
	UNION ALL
	SELECT 1, id, created_at, payload, kind, user_name FROM signals WHERE execution_id = ? ORDER BY 1, 2`)

// Signals reads an execution's wake counter and the signals that wait for it,
// in the order they came, as of one moment.
func (s *Store) Signals(ctx context.Context, executionID string) (wake int64, signals []Signal, err error) {
	found := false
	err = s.read.query(ctx, pendingSignals, []any{executionID, executionID}, func(row Row) error {
		var (
			kind      int
			a, b      int64
			payload   []byte
			name, who string
		)
		if err := row.Scan(&kind, &a, &b, &payload, &name, &who); err != nil {
			return err
		}
		if kind == 0 {
			wake, found = a, true
			return nil
		}
		signals = append(signals, Signal{ID: a, ExecutionID: executionID, Kind: name, User: who, Payload: payload, CreatedAt: b})
		return nil
	})
	if err != nil {
		return 0, nil, fmt.Errorf("read the signals of execution %s: %w", executionID, err)
	}
	if !found {
		return 0, nil, notFound("execution", executionID)
	}
	return wake, signals, nil
}

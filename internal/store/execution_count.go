package store

import (
	"context"
	"fmt"
)

var countActive = NewStatement(`
	SELECT status, COUNT(*) FROM executions
	WHERE status IN ('NOT_STARTED', 'RUNNING', 'PAUSED', 'SUSPENDED', 'BUFFERED')
	GROUP BY status`, "")

// CountActive counts the executions that have not ended, by their status.
func (s *Store) CountActive(ctx context.Context) (map[string]int64, error) {
	counts := map[string]int64{}
	err := s.Query(ctx, countActive, nil, func(row Row) error {
		var (
			status string
			count  int64
		)
		if err := row.Scan(&status, &count); err != nil {
			return err
		}
		counts[status] = count
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count the active executions: %w", err)
	}
	return counts, nil
}

package store

import (
	"context"
	"fmt"
)

// ExecutionSizes tells how many bytes the documents of executions' stages have as
// they are stored, by execution id, without reading them. One that isn't there, or
// has no stages, is left out.
func (s *Store) ExecutionSizes(ctx context.Context, ids []string) (map[string]int64, error) {
	const chunk = 500
	out := make(map[string]int64, len(ids))
	for len(ids) > 0 {
		part := ids[:min(len(ids), chunk)]
		ids = ids[len(part):]
		args := make([]any, len(part))
		for i, id := range part {
			args[i] = id
		}
		st := adhoc(`SELECT execution_id, CAST(SUM(LENGTH(body)) AS BIGINT) FROM execution_stages WHERE execution_id IN (` + marks(len(args)) + `) GROUP BY execution_id`)
		err := s.read.query(ctx, st, args, func(row Row) error {
			var (
				id   string
				size int64
			)
			if err := row.Scan(&id, &size); err != nil {
				return err
			}
			out[id] = size
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("read the sizes of executions: %w", err)
		}
	}
	return out, nil
}

package store

import (
	"context"
	"fmt"
)

// ExecutionSizes tells how many bytes the documents of executions' stages have as
// they are stored, by execution id, without reading them. One that isn't there, or
// has no stages, is left out.
func (s *Store) ExecutionSizes(ctx context.Context, ids []string) (map[string]int64, error) {
	out, err := s.numbersByID(ctx, ids, func(marks string) string {
		return `SELECT execution_id, CAST(SUM(LENGTH(body)) AS BIGINT) FROM execution_stages WHERE execution_id IN (` + marks + `) GROUP BY execution_id`
	})
	if err != nil {
		return nil, fmt.Errorf("read the sizes of executions: %w", err)
	}
	return out, nil
}

// numbersByID asks for a number for each of some ids, a part of them at a time. The
// statement's text, which is made with the marks of a part, gives ids and numbers.
func (s *Store) numbersByID(ctx context.Context, ids []string, text func(marks string) string) (map[string]int64, error) {
	const chunk = 500
	out := make(map[string]int64, len(ids))
	for len(ids) > 0 {
		part := ids[:min(len(ids), chunk)]
		ids = ids[len(part):]
		args := make([]any, len(part))
		for i, id := range part {
			args[i] = id
		}
		err := s.read.query(ctx, statement(text(marks(len(args)))), args, func(row Row) error {
			var (
				id     string
				number int64
			)
			if err := row.Scan(&id, &number); err != nil {
				return err
			}
			out[id] = number
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

package queue

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/gennaker/gennaker/internal/store"
)

// nextAttempts: River stores times in several forms on SQLite, all of which begin with the
// seconds.
var nextAttempts = store.NewStatement(`
	SELECT json_extract(args, '$.id'),
		COALESCE(MAX(CASE WHEN state <> 'running' THEN CAST((julianday(substr(scheduled_at, 1, 19)) - 2440587.5) * 86400000 AS INTEGER) END), 0)
	FROM river_job
	WHERE kind = ? AND finalized_at IS NULL AND json_extract(args, '$.id') IN (SELECT value FROM json_each(?)) GROUP BY 1`, `
	SELECT args->>'id', COALESCE(MAX(CASE WHEN state <> 'running' THEN CAST(EXTRACT(EPOCH FROM scheduled_at) * 1000 AS bigint) END), 0)
	FROM river_job
	WHERE kind = ? AND finalized_at IS NULL AND args->>'id' = ANY(?) GROUP BY 1`)

// NextAttempts tells when the jobs of a kind are tried next, by the argument "id" of each:
// those that run at the moment have the zero time, and those that are gone none.
func (q *Queue) NextAttempts(ctx context.Context, kind string, ids []string) (map[string]time.Time, error) {
	var list any = append([]string{}, ids...) // none is an empty list, and not NULL
	if q.st.Postgres() == nil {
		text, err := json.Marshal(list)
		if err != nil {
			return nil, err
		}
		list = string(text)
	}
	out := make(map[string]time.Time, len(ids))
	err := q.st.Query(ctx, nextAttempts, []any{kind, list}, func(row store.Row) error {
		var (
			id     string
			millis int64
		)
		if err := row.Scan(&id, &millis); err != nil {
			return err
		}
		out[id] = time.Time{}
		if millis > 0 {
			out[id] = time.UnixMilli(millis)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look when jobs of the kind %s are tried next: %w", kind, err)
	}
	return out, nil
}

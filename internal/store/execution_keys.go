package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// executionKeys is the SELECT that finds the seq of each execution that
// matches, paged; "" if there can be none. It touches indexes and small rows
// only.
func (s *Store) executionKeys(ctx context.Context, f ExecutionFilter) (string, []any, error) {
	if f.PerConfigLimit <= 0 {
		c := f.condition(true)
		if f.Application != "" && f.Type == "" && len(f.ConfigIDs) == 0 && len(f.IDs) == 0 {
			return byType(f, c)
		}
		return "SELECT seq FROM executions" + c.where() + f.order() + f.page(), c.args, nil
	}
	ids := f.ConfigIDs
	if len(ids) == 0 {
		var err error
		if ids, err = s.configIDs(ctx, f); err != nil {
			return "", nil, err
		}
	}
	if len(ids) == 0 {
		return "", nil, nil
	}
	inner, args, err := perConfig(f, ids, s.pool != nil)
	return "SELECT seq FROM (" + inner + ") a" + f.order() + f.page(), args, err
}

// perConfig is the SELECT that finds the newest executions of each pipeline: on
// PostgreSQL by a lateral join, on SQLite, which has none, by a subquery for each.
func perConfig(f ExecutionFilter, ids []string, lateral bool) (string, []any, error) {
	c := f.condition(false)
	c.terms = append([]string{"pipeline_config_id = c.id"}, c.terms...)
	if lateral {
		return fmt.Sprintf(`SELECT b.seq, b.build_time FROM unnest(CAST(? AS text[])) AS c (id)
			CROSS JOIN LATERAL (SELECT seq, build_time FROM executions%s%s LIMIT %d) b`,
				c.where(), f.order(), f.PerConfigLimit),
			append([]any{ids}, c.args...), nil
	}
	if err := storable([]any{ids}); err != nil {
		return "", nil, err // within JSON it would be hidden
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return "", nil, fmt.Errorf("the pipelines' ids: %w", err)
	}
	// Left to itself, SQLite reads all of the application's executions for each
	// of its pipelines: with 1,000 of them that takes seconds.
	return fmt.Sprintf(`SELECT b.seq, b.build_time FROM (SELECT value AS id FROM json_each(?)) c
		CROSS JOIN executions b ON b.seq IN (SELECT seq FROM executions INDEXED BY executions_config%s%s LIMIT %d)`,
			c.where(), f.order(), f.PerConfigLimit),
		append([]any{string(list)}, c.args...), nil
}

// byType lists an application's executions of both types, each from its own
// part of the index, so that no more rows are read than wanted.
func byType(f ExecutionFilter, c *condition) (string, []any, error) {
	limit := ""
	if f.Limit > 0 {
		limit = fmt.Sprintf(" LIMIT %d", f.Limit+f.Offset)
	}
	branch := "SELECT * FROM (SELECT seq, build_time FROM executions" + c.where() + " AND type = '%s'" +
		f.order() + limit + ") b"
	both := strings.Replace(branch, "%s", string(model.PipelineExecution), 1) + " UNION ALL " +
		strings.Replace(branch, "%s", string(model.OrchestrationExecution), 1)
	args := append(append([]any(nil), c.args...), c.args...)
	return "SELECT seq FROM (" + both + ") a" + f.order() + f.page(), args, nil
}

// configIDs lists the pipelines that have executions in the filter's
// application (or in any), by leaps through the index.
func (s *Store) configIDs(ctx context.Context, f ExecutionFilter) ([]string, error) {
	of := ""
	var args []any
	if f.Application != "" {
		of = " AND application = ?"
		args = []any{applicationKey(f.Application), applicationKey(f.Application)}
	}
	const next = "SELECT MIN(pipeline_config_id) FROM executions WHERE pipeline_config_id IS NOT NULL"
	st := statement("WITH RECURSIVE leap (id) AS (" + next + of + " UNION ALL SELECT (" + next + of +
		" AND pipeline_config_id > leap.id) FROM leap WHERE id IS NOT NULL) SELECT id FROM leap WHERE id IS NOT NULL")
	var out []string
	err := s.read.query(ctx, st, args, func(row Row) error {
		var id string
		if err := row.Scan(&id); err != nil {
			return err
		}
		out = append(out, id)
		return nil
	})
	return out, err
}

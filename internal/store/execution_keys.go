package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// configBranches is how many pipelines one statement of a per-pipeline listing
// covers: SQLite takes 500 parts.
const configBranches = 200

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
	inner, args := perConfig(f, ids, s.pool != nil)
	return "SELECT seq FROM (" + inner + ") a" + f.order() + f.page(), args, nil
}

// perConfig is the SELECT that finds the newest executions of each pipeline:
// on PostgreSQL by a lateral join, on SQLite, which has none, by a branch for
// each pipeline.
func perConfig(f ExecutionFilter, ids []string, lateral bool) (string, []any) {
	if lateral {
		c := f.condition(false)
		c.terms = append([]string{"pipeline_config_id = c.id"}, c.terms...)
		return fmt.Sprintf(`SELECT b.seq, b.build_time FROM unnest(CAST(? AS text[])) AS c (id)
			CROSS JOIN LATERAL (SELECT seq, build_time FROM executions%s%s LIMIT %d) b`,
				c.where(), f.order(), f.PerConfigLimit),
			append([]any{ids}, c.args...)
	}
	var args []any
	var groups []string
	for len(ids) > 0 {
		part := ids[:min(len(ids), configBranches)]
		ids = ids[len(part):]
		branches := make([]string, len(part))
		for i, id := range part {
			c := f.condition(false)
			c.equal("pipeline_config_id", id)
			branches[i] = fmt.Sprintf("SELECT * FROM (SELECT seq, build_time FROM executions%s%s LIMIT %d) b",
				c.where(), f.order(), f.PerConfigLimit)
			args = append(args, c.args...)
		}
		groups = append(groups, "SELECT * FROM ("+strings.Join(branches, " UNION ALL ")+") g")
	}
	return strings.Join(groups, " UNION ALL "), args
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
	st := adhoc("WITH RECURSIVE leap (id) AS (" + next + of + " UNION ALL SELECT (" + next + of +
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
